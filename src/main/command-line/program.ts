/** The `handful` command: reads the arguments, runs one command, prints its answer, ends with its code. */
import { withNextStep } from '@shared/error-advice'
import { Command, CommanderError } from 'commander'
import type { HostGifts } from '../handlers/session'
import { addClusterCommand } from './commands/cluster'
import { addDoctorCommand } from './commands/doctor'
import { addExportCommand } from './commands/export'
import { addImportCommand } from './commands/import'
import { addImportLabelsCommand } from './commands/import-labels'
import { addInfoCommand } from './commands/info'
import { addLabelCommand } from './commands/label'
import { addMergeCommand } from './commands/merge'
import { addPretrainCommand } from './commands/pretrain'
import { addPropagateCommand } from './commands/propagate'
import { addResumeCommand } from './commands/resume'
import { addSimulateCommand } from './commands/simulate'
import { type Answer, cancelled, type CommandContext, withClient } from './command'
import { exitCodes, failureOf } from './exit-codes'
import { Terminal, type Streams } from './terminal'

/** Registers a command on the program; `run` is called with what it needs. */
export type Register = (program: Command, run: Run) => void
/** Runs a command's work and prints its answer. */
export type Run = (options: CommonOptions, work: (context: CommandContext) => Promise<Answer>) => Promise<void>

export interface CommonOptions {
  json?: boolean
  quiet?: boolean
}

const commands: Register[] = [
  addImportCommand,
  addPretrainCommand,
  addClusterCommand,
  addLabelCommand,
  addImportLabelsCommand,
  addPropagateCommand,
  addExportCommand,
  addInfoCommand,
  addResumeCommand,
  addDoctorCommand,
  addMergeCommand,
  addSimulateCommand,
]

export interface Surroundings {
  host: HostGifts
  streams: Streams
  /** Aborted by Ctrl+C. */
  signal: AbortSignal
}

/**
 * @param args without the program's own name
 * @returns the exit code
 */
export async function runProgram(args: string[], { host, streams, signal }: Surroundings): Promise<number> {
  const program = new Command('handful')
  const json = args.includes('--json')
  const run: Run = async (options, work) => {
    const terminal = new Terminal(streams, options.quiet ?? false)
    const answer = await withClient(host, (client) => untilAborted(signal, work({ client, terminal, signal, host })))
    terminal.result(json ? JSON.stringify(answer.json) : answer.text)
  }
  program
    .description('Label a handful, get the whole folder.')
    .version(host.info.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void streams.out.write(text),
      writeErr: (text) => void streams.err.write(text),
      outputError: () => undefined,
    })
    .addHelpText('after', `\nExit codes:\n${codeLines()}`)
  for (const register of commands) register(program, run)
  for (const command of program.commands) {
    command
      .exitOverride()
      .option('--json', 'print the result as one JSON object')
      .option('--quiet', 'no progress on standard error')
  }
  try {
    await program.parseAsync(args, { from: 'user' })
    return 0
  } catch (cause) {
    if (cause instanceof CommanderError && cause.exitCode === 0) return 0
    if (cause instanceof CommanderError && cause.code === 'commander.help') return 2
    return told(cause, json, streams)
  }
}

/** A command that has no job to cancel ends at once. */
async function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => undefined
  const aborted = new Promise<never>((_, reject) => {
    // A job under way gets the time to stop cleanly and fails by itself.
    stop = () => setTimeout(() => reject(cancelled('The command')), 2000).unref()
    signal.addEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function told(cause: unknown, json: boolean, streams: Streams): number {
  const { failure, exit } = failureOf(cause)
  streams.err.write(`${withNextStep(failure)}\n`)
  if (json) streams.out.write(`${JSON.stringify({ error: failure })}\n`)
  return exit
}

const codeLines = () =>
  Object.entries(exitCodes)
    .map(([code, meaning]) => `  ${code.padStart(3)}  ${meaning}`)
    .join('\n')

/** What the process ends with, by error; the same table stands in `--help` and docs/command-line.md. */
import { ORPCError } from '@orpc/client'
import { CommanderError } from 'commander'
import { type ErrorCode, errorValues, HandfulError } from '@shared/errors'

export const exitCodes = {
  0: 'done',
  1: 'unexpected failure, or a worker process that ended',
  2: 'the command was not understood (usage, wrong parameter)',
  3: 'the input cannot be used (folder, images, label file, unknown name)',
  4: 'the project cannot be opened (in use, read-only, damaged, newer, exists)',
  5: 'the output cannot be written (target exists, not writable, disk full)',
  6: 'something is needed first, or there is nothing to do',
  130: 'cancelled',
} as const
export type ExitCode = keyof typeof exitCodes

const byCode: Record<ErrorCode, ExitCode> = {
  NOT_A_FOLDER: 3,
  FOLDER_EMPTY: 3,
  NO_READABLE_IMAGE: 3,
  NOT_PERMITTED: 3,
  NOT_FOUND: 3,
  UNKNOWN_ID: 3,
  LABEL_FILE: 3,
  PROJECT_EXISTS: 4,
  PROJECT_READ_ONLY: 4,
  PROJECT_IN_USE: 4,
  PROJECT_NEWER: 4,
  PROJECT_DAMAGED: 4,
  DISK_FULL: 5,
  TARGET_EXISTS: 5,
  TARGET_NOT_EXPORT: 5,
  TARGET_NOT_WRITABLE: 5,
  TARGET_INSIDE_IMAGES: 5,
  NO_PROJECT: 6,
  NOTHING_TO_DO: 6,
  NOT_READY: 6,
  GUESSES_UNSURE: 6,
  BAD_PARAMETER: 2,
  CLASS_NAME_TAKEN: 2,
  CAPABILITY_MISSING: 2,
  WORKER_CRASHED: 1,
  CANCELLED: 130,
}

export interface Failure {
  code: string
  message: string
  data?: unknown
}

/** Ends a command: a failed or cancelled job as the error it was. */
export class CommandFailure extends Error {
  readonly failure: Failure
  constructor(failure: Failure) {
    super(failure.message)
    this.failure = failure
  }
}

/** Any error as code, sentence and values, and what the process ends with. */
export function failureOf(cause: unknown): { failure: Failure; exit: ExitCode } {
  const failure = described(cause)
  const known = failure.code in errorValues ? byCode[failure.code as ErrorCode] : undefined
  return { failure, exit: known ?? (failure.code === 'USAGE' ? 2 : 1) }
}

function described(cause: unknown): Failure {
  if (cause instanceof CommandFailure) return cause.failure
  if (cause instanceof CommanderError) return { code: 'USAGE', message: cause.message.replace(/^error: /, '') }
  if (cause instanceof ORPCError && cause.code === 'BAD_REQUEST')
    return { code: 'USAGE', message: inputProblem(cause as { message: string; data?: unknown }) }
  if (cause instanceof HandfulError || cause instanceof ORPCError) {
    return { code: String(cause.code), message: cause.message, data: cause.data as unknown }
  }
  return { code: 'UNEXPECTED', message: cause instanceof Error ? cause.message : String(cause) }
}

/** The contract's own check names the field. */
function inputProblem({ message, data }: { message: string; data?: unknown }): string {
  const issues = (data as { issues?: { message: string; path?: (string | number)[] }[] } | undefined)?.issues ?? []
  return issues.map((issue) => `${issue.path?.join('.') ?? 'input'}: ${issue.message}`).join('; ') || message
}

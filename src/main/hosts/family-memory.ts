/** Memory of this process and all processes below it, measured while something runs. */
import { execFile } from 'node:child_process'
import { readFile, readdir } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

interface ProcessRow {
  pid: number
  parent: number
  /** Resident, bytes; pages shared between processes count in each. */
  bytes: number
}

export interface MemoryWatch {
  /** Highest sum seen, bytes. */
  peak(): number
  stop(): void
}

/** Looks five times a second on Linux; elsewhere a program has to be asked, so every two seconds. */
export function watchFamilyMemory(): MemoryWatch {
  let peak = process.memoryUsage.rss()
  let busy = false
  const look = async () => {
    if (busy) return
    busy = true
    peak = Math.max(peak, await familyMemory().catch(() => 0))
    busy = false
  }
  const timer = setInterval(() => void look(), process.platform === 'linux' ? 200 : 2000)
  timer.unref()
  return { peak: () => peak, stop: () => clearInterval(timer) }
}

/** Bytes in memory of this process and its descendants. */
export async function familyMemory(root = process.pid): Promise<number> {
  const all = await processes()
  const children = Map.groupBy(all, ({ parent }) => parent)
  const sum = (pid: number): number => (children.get(pid) ?? []).reduce((total, child) => total + child.bytes + sum(child.pid), 0)
  return (all.find(({ pid }) => pid === root)?.bytes ?? 0) + sum(root)
}

function processes(): Promise<ProcessRow[]> {
  if (process.platform === 'linux') return linuxProcesses()
  return process.platform === 'win32' ? windowsProcesses() : unixProcesses()
}

const pageBytes = 4096

async function linuxProcesses(): Promise<ProcessRow[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const rows = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
      if (stat === null) return []
      // The name in brackets may hold anything; the fields after it are numbers.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return [{ pid: Number(pid), parent: Number(fields[1]), bytes: Number(fields[21]) * pageBytes }]
    }),
  )
  return rows.flat()
}

async function unixProcesses(): Promise<ProcessRow[]> {
  const { stdout } = await run('ps', ['-axo', 'pid=,ppid=,rss='])
  return rowsOf(stdout, 1024)
}

async function windowsProcesses(): Promise<ProcessRow[]> {
  const query = 'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.WorkingSetSize)" }'
  const { stdout } = await run('powershell', ['-NoProfile', '-Command', query], { windowsHide: true })
  return rowsOf(stdout, 1)
}

function rowsOf(text: string, unit: number): ProcessRow[] {
  return text.split('\n').flatMap((line) => {
    const [pid, parent, size] = line.trim().split(/\s+/).map(Number)
    return pid !== undefined && parent !== undefined && size !== undefined ? [{ pid, parent, bytes: size * unit }] : []
  })
}

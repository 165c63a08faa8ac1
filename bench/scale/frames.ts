/** Scrolls the grid of a project in a browser: the longest task of the page's main thread by its trace, and the memory of the page. */
import { setTimeout } from 'node:timers/promises'
import { type Browser, chromium } from '@playwright/test'
import { browser } from '../../scripts/browser'
import { familyMemory } from '../../src/main/hosts/family-memory'
import { signIn } from '../../e2e/client'
import { startWebHost } from '../../e2e/start-web-host'
import { openBarePage } from './bare-page'

const scrolls = 240
/** px that the wheel turns the page on by at a time, with a jump after every fortieth; each is traced by itself. */
const passes = [100, 200, 400]

interface Scrolled {
  /** ms, of all passes. The first drawing is not counted: scrolling is. */
  longestTask: number
  /** ms of processor time, likewise: what the page itself needs, without waiting for a core. */
  longestTaskCpu: number
  /** Of the page's process at the end, resident, MB. */
  memory: number
}

export async function scroll(home: string, folder: string): Promise<Scrolled> {
  const host = await startWebHost(home)
  const executablePath = await browser()
  if (!executablePath) throw new Error('The frames need Chrome, Chromium or Edge.')
  const chrome = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] })
  try {
    const page = await openBarePage(chrome, { width: 1440, height: 900 })
    await page.send('Page.navigate', { url: host.address() })
    await page.until(`location.href.startsWith('http') && !location.search.includes('token') && document.querySelector('nav')`)
    const client = await signIn(host.address())
    await client.api.projects.open({ folder })
    await page.send('Page.navigate', { url: `${new URL(host.address()).origin}/?anew#/images` })
    await page.until(`document.querySelector('[role=grid] img')?.complete`)
    await setTimeout(2000)
    const longest: { wall: number; cpu: number }[] = []
    for (const pixels of passes) {
      await chrome.startTracing(undefined, { categories: ['toplevel'] })
      for (let at = 0; at < scrolls; at++) {
        const deltaY = at % 40 === 39 ? 20_000 : pixels
        await page.send('Input.dispatchMouseEvent', { type: 'mouseWheel', x: 720, y: 500, deltaX: 0, deltaY })
        await setTimeout(16)
      }
      longest.push(
        longestTask((JSON.parse((await chrome.stopTracing()).toString()) as { traceEvents: TraceEvent[] }).traceEvents),
      )
    }
    client.close()
    return {
      longestTask: Math.max(...longest.map(({ wall }) => wall)),
      longestTaskCpu: Math.max(...longest.map(({ cpu }) => cpu)),
      memory: (await pageMemory(chrome)) / 2 ** 20,
    }
  } finally {
    await chrome.close()
    await host.stop()
  }
}

/** Bytes of the browser's largest process that draws a page. */
async function pageMemory(chrome: Browser): Promise<number> {
  const session = await chrome.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const pages = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => familyMemory(id))
  return Math.max(...(await Promise.all(pages)))
}

interface TraceEvent {
  name: string
  pid: number
  tid: number
  /** µs, and of processor time */
  dur?: number
  tdur?: number
  args?: { name?: string }
}

/** ms */
function longestTask(events: TraceEvent[]): { wall: number; cpu: number } {
  const main = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid}/${tid}`),
  )
  const tasks = events.filter(({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid}/${tid}`))
  const most = (of: (event: TraceEvent) => number) => tasks.reduce((longest, task) => Math.max(longest, of(task)), 0) / 1000
  return { wall: most(({ dur = 0 }) => dur), cpu: most(({ tdur = 0 }) => tdur) }
}

/**
 * A page driven by the protocol of the developer tools alone. Those of Playwright log every request for as long as they live, which nobody who
 * uses the app does: with thousands of thumbnails, going through that log is most of what collecting garbage takes.
 */
import { setTimeout } from 'node:timers/promises'
import type { Browser } from '@playwright/test'

/** ms */
const patience = 30_000

export interface BarePage {
  /** A command of the protocol, without its answer. */
  send(method: string, parameters: object): Promise<unknown>
  /** Waits until an expression of the page is true. */
  until(expression: string): Promise<void>
}

interface Answer {
  id?: number
  result?: { result?: { value?: unknown } }
  error?: { message: string }
}

export async function openBarePage(browser: Browser, size: { width: number; height: number }): Promise<BarePage> {
  const session = await browser.newBrowserCDPSession()
  const { targetId } = await session.send('Target.createTarget', { url: 'about:blank' })
  const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: false })
  const waiting = new Map<number, (answer: Answer) => void>()
  session.on('Target.receivedMessageFromTarget', (event) => {
    if (event.sessionId !== sessionId) return
    const answer = JSON.parse(event.message) as Answer
    if (answer.id === undefined) return
    waiting.get(answer.id)?.(answer)
    waiting.delete(answer.id)
  })
  let last = 0
  async function send(method: string, params: object) {
    const id = ++last
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    await session.send('Target.sendMessageToTarget', { sessionId, message: JSON.stringify({ id, method, params }) })
    const { result, error } = await answered
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }
  await send('Emulation.setDeviceMetricsOverride', { ...size, deviceScaleFactor: 1, mobile: false })
  return {
    send,
    async until(expression) {
      for (const since = performance.now(); performance.now() - since < patience;) {
        // An error where the page changes meanwhile.
        const answer = await send('Runtime.evaluate', { expression: `Boolean(${expression})` }).catch(() => undefined)
        if (answer?.result?.value === true) return
        await setTimeout(50)
      }
      throw new Error(`The page never came to ${expression}`)
    },
  }
}

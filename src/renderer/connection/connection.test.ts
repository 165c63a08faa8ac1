import { flushPromises } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { backoff, createConnection, type Wire } from './connection'
import { follow } from './follow'

/** Wires whose opening and closing the test decides. */
function dialer() {
  const wires: { open: () => void; drop: () => void; calls: number }[] = []
  const dial = (): Wire => {
    const opened = Promise.withResolvers<undefined>()
    const closed = Promise.withResolvers<undefined>()
    opened.promise.catch(() => undefined)
    const wire = {
      calls: 0,
      open: () => opened.resolve(undefined),
      drop() {
        opened.reject(new Error('gone'))
        closed.resolve(undefined)
      },
    }
    wires.push(wire)
    const number = wires.length
    return {
      opened: opened.promise,
      closed: closed.promise,
      link: {
        call: () => {
          wire.calls++
          return Promise.resolve(`answer ${number}`)
        },
      },
    }
  }
  return { wires, dial }
}

const call = (connection: ReturnType<typeof createConnection>) => connection.link.call(['x'], undefined, { context: {} })

describe('createConnection', () => {
  it('lets calls wait for the first opening', async () => {
    const { wires, dial } = dialer()
    const connection = createConnection(dial, () => 0)
    const answer = call(connection)
    expect(connection.state.value).toBe('connecting')
    wires[0]!.open()
    expect(await answer).toBe('answer 1')
    expect(connection.state.value).toBe('open')
    connection.close()
  })

  it('says that it is lost, dials again, and takes the waiting calls along', async () => {
    const { wires, dial } = dialer()
    const connection = createConnection(dial, () => 0)
    wires[0]!.open()
    await flushPromises()
    wires[0]!.drop()
    await flushPromises()
    expect(connection.state.value).toBe('lost')
    const answer = call(connection)
    await vi.waitFor(() => expect(wires).toHaveLength(2))
    wires[1]!.open()
    expect(await answer).toBe('answer 2')
    expect(connection.state.value).toBe('open')
    connection.close()
  })

  it('goes on dialling when the host is not there at all', async () => {
    const { wires, dial } = dialer()
    const pauses: number[] = []
    const connection = createConnection(dial, (attempt) => {
      pauses.push(attempt)
      return 0
    })
    for (let attempt = 0; attempt < 4; attempt++) {
      wires.at(-1)!.drop()
      await vi.waitFor(() => expect(wires).toHaveLength(attempt + 2))
    }
    expect(pauses).toEqual([0, 1, 2, 3])
    expect(connection.state.value).toBe('lost')
    connection.close()
  })

  it('pauses longer each time, never beyond five seconds', () => {
    const pauses = Array.from({ length: 12 }, (_, attempt) => backoff(attempt))
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(pauses.at(-1)).toBe(5000)
  })

  it('lets a waiting call be given up', async () => {
    const { dial } = dialer()
    const connection = createConnection(dial, () => 0)
    const stop = new AbortController()
    const waiting = connection.link.call(['x'], undefined, { context: {}, signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(waiting).rejects.toThrow('enough')
    connection.close()
  })
})

describe('follow', () => {
  async function* values(...list: number[]) {
    yield* list
    await Promise.resolve()
    throw new Error('the socket closed')
  }

  it('subscribes again after a loss, and asks for a snapshot each time', async () => {
    const received: number[] = []
    let subscriptions = 0
    const stop = follow({
      ready: () => Promise.resolve(),
      open: () => Promise.resolve(values(1, 2)),
      subscribed: () => subscriptions++,
      receive: (value: number) => received.push(value),
      pause: 1,
    })
    while (subscriptions < 3) await new Promise((resolve) => setTimeout(resolve, 2))
    stop()
    const known = received.length
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(received.slice(0, 4)).toEqual([1, 2, 1, 2])
    expect(received.length).toBeLessThanOrEqual(known + 2)
  })

  it('gives its signal up when stopped', async () => {
    let seen: AbortSignal | undefined
    const stop = follow({
      ready: () => Promise.resolve(),
      open: (signal) => {
        seen = signal
        return new Promise<AsyncIterable<number>>(() => {})
      },
      receive: () => undefined,
    })
    await flushPromises()
    stop()
    expect(seen?.aborted).toBe(true)
  })
})

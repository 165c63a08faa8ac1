/** Closing with and without work under way. */
import { expect, test, vi } from 'vitest'
import { CloseQuestion } from './close-question'

function setUp(running: string | null, answer: boolean) {
  const ask = vi.fn(async () => answer)
  const [event, close] = [{ preventDefault: vi.fn() }, vi.fn()]
  const question = new CloseQuestion({ running: () => running, ask })
  return { ask, event, close, question }
}

test('nothing runs: it closes', () => {
  const { ask, event, close, question } = setUp(null, false)
  question.handle(event, close)
  expect([ask.mock.calls.length, event.preventDefault.mock.calls.length]).toEqual([0, 0])
})

test('work runs: it stays until the person says close, and is asked once', async () => {
  const { ask, event, close, question } = setUp('Pretrain', true)
  question.handle(event, close)
  question.handle(event, close)
  expect(event.preventDefault).toHaveBeenCalledTimes(2)
  expect(ask).toHaveBeenCalledExactlyOnceWith('Pretrain')
  await vi.waitFor(() => expect(close).toHaveBeenCalledOnce())
  question.handle(event, close)
  expect(event.preventDefault).toHaveBeenCalledTimes(2)
})

test('work runs and the person stays: nothing closes, and the next time it asks again', async () => {
  const { ask, event, close, question } = setUp('Pretrain', false)
  question.handle(event, close)
  await vi.waitFor(() => expect(ask).toHaveBeenCalledOnce())
  await Promise.resolve()
  question.handle(event, close)
  expect(ask).toHaveBeenCalledTimes(2)
  expect(close).not.toHaveBeenCalled()
})

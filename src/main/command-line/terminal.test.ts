/** Checks what progress looks like on a terminal and in a log. */
import { expect, test } from 'vitest'
import { duration, progressText, Terminal } from './terminal'

const progress = (stage: string, done: number, total: number | null = 100) => ({
  stage,
  done,
  total,
  rate: 20,
  secondsLeft: 4.2,
  values: {},
})
const recorder = (isTTY: boolean) => {
  const said: string[] = []
  const err = { write: (text: string) => said.push(text), isTTY, columns: 30 }
  return { said, streams: { out: { write: (text: string) => said.push(`out: ${text}`) }, err } }
}

test('a terminal has one line, rewritten, cut to its width, and gone at the end', () => {
  const { said, streams } = recorder(true)
  const terminal = new Terminal(streams, false)
  terminal.progress(progress('Reading', 1))
  terminal.progress(progress('Reading', 2))
  terminal.progress(progress('Learning small patterns at two sizes', 1))
  terminal.result('done')
  expect(said).toEqual([
    '\r\u001b[KReading · 1 of 100 · 20/s · 5',
    '\r\u001b[KLearning small patterns at tw',
    '\r\u001b[K',
    'out: done\n',
  ])
})

test('a log has a line per stage; quiet has none', () => {
  const { said, streams } = recorder(false)
  const terminal = new Terminal(streams, false)
  for (let done = 0; done < 50; done++) terminal.progress(progress('Reading', done))
  terminal.progress(progress('Embedding', 3, null))
  expect(said).toEqual(['Reading · 0 of 100 · 20/s · 5 s left\n', 'Embedding · 3 · 20/s · 5 s left\n'])
  new Terminal(streams, true).progress(progress('Reading', 1))
  expect(said).toHaveLength(2)
})

test('numbers and times in plain words', () => {
  expect(progressText({ stage: 'A', done: 1234, total: 5000, rate: 3.14, secondsLeft: null, values: {} })).toBe(
    'A · 1,234 of 5,000 · 3.1/s',
  )
  expect([5, 89, 300, 7200].map(duration)).toEqual(['5 s', '89 s', '5 min', '2.0 h'])
})

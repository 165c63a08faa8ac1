/** The simulated person: answers queries with the truth, through the same acts as a real one. */
import type { Client } from '../command'
import { classOf } from '../commands/label'
import type { Truth } from './truth'

/** Strategies that do not look at answers are asked for everything at once, the others this many at a time. */
const round = 10
const blind = new Set(['typical', 'coverage', 'random'])
/** The contract's limit per question. */
const most = 1000

/**
 * Labels `count` images that the strategy asks about; it never sees the truth but in the answers.
 * @returns ordinals in the order of the queries
 */
export async function answerQueries(
  client: Client,
  truth: Truth,
  { count, strategy, seed }: { count: number; strategy: string; seed: number },
): Promise<number[]> {
  const asked: number[] = []
  while (asked.length < count) {
    const wanted = Math.min(count - asked.length, blind.has(strategy) ? most : round)
    const queries = await client.queries.next({ strategy, count: wanted, seed })
    if (queries.length === 0) break
    const ordinals = queries.map(({ ordinal }) => ordinal)
    await labelAll(client, truth, ordinals, new Set(queries.filter(({ drawn }) => drawn).map(({ ordinal }) => ordinal)))
    asked.push(...ordinals)
    if (!blind.has(strategy) && asked.length < count) await client.review.refit()
  }
  return asked
}

/** One act per class, in the order in which the classes come up. */
export async function labelAll(client: Client, truth: Truth, ordinals: number[], drawn = new Set<number>()): Promise<void> {
  for (const [name, mine] of Map.groupBy(ordinals, (ordinal) => truth.classOf.get(ordinal)!)) {
    const classId = await classOf(client, name)
    for (let from = 0; from < mine.length; from += most * 10) {
      const part = mine.slice(from, from + most * 10)
      await client.annotations.label({
        selection: { ordinals: part },
        classId,
        drawn: part.filter((ordinal) => drawn.has(ordinal)),
      })
    }
  }
}

/** Pseudo-labels by ordinal, as class names. */
export async function readPseudoLabels(client: Client): Promise<Map<number, string>> {
  const names = new Map((await client.classes.list()).map(({ id, name }) => [id, name]))
  const found = new Map<number, string>()
  for (let offset = 0; ; offset += most) {
    const { total, rows } = await client.samples.page({ query: { labeled: false }, offset, limit: most })
    for (const { ordinal, pseudoLabels } of rows) if (pseudoLabels[0]) found.set(ordinal, names.get(pseudoLabels[0].classId)!)
    if (offset + most >= total) return found
  }
}

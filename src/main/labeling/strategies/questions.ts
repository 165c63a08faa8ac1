/** What is asked next: a strategy's choice, and about one in ten drawn uniformly, so that the answers to those are a fair sample. */
import { draw, random } from '../../engine/random'
import type { Pool, Query, Strategy } from './strategy'
import { uniform } from './uniform'

export interface Question extends Query {
  drawn: 'uniform' | null
}

/** The first questions of a project are all for learning; after that every tenth is drawn. */
const firstDrawn = 15
const everyOther = 10

/** @param position how many questions were answered before it */
const isDrawn = (position: number) => position >= firstDrawn && (position - firstDrawn) % everyOther === 0

/**
 * At most `count` questions. Those drawn are chosen before the strategy chooses, from every open row.
 * @param answered samples that a person has labeled
 */
export async function questions(
  strategy: Strategy,
  pool: Pool,
  { count, answered, seed }: { count: number; answered: number; seed: number },
): Promise<Question[]> {
  if (strategy.id === uniform.id)
    return (await uniform.choose(pool, count, seed)).map((query) => ({ ...query, drawn: 'uniform' }))
  const places = Array.from({ length: count }, (_, at) => answered + at).filter(isDrawn)
  const drawn = drawnAt(pool, places, seed)
  const taken = pool.labeled.slice()
  for (const { row } of drawn) taken[row] = 1
  const chosen = await strategy.choose({ ...pool, labeled: taken }, count - drawn.length, seed)
  const result: Question[] = []
  while (result.length < count) {
    const fair = isDrawn(answered + result.length) || chosen.length === 0 ? drawn.shift() : undefined
    const next: Question | undefined = fair ?? withMark(chosen.shift())
    if (!next) break
    result.push(next)
  }
  return result
}

const withMark = (query: Query | undefined) => query && { ...query, drawn: null }

/** One uniform draw for each place, none twice; what is drawn at a place does not depend on the places before it. */
function drawnAt(pool: Pool, places: number[], seed: number): Question[] {
  const taken = new Set<number>()
  const open = Uint32Array.from(pool.labeled.keys()).filter((row) => !pool.labeled[row])
  return places.flatMap((place) => {
    const left = open.filter((row) => !taken.has(row))
    if (left.length === 0) return []
    const row = left[draw(left.length, 1, random(seed, 0xd2a3, place))[0]!]!
    taken.add(row)
    return { row, why: 'drawn at random, to measure how accurate the guesses are', drawn: 'uniform' as const }
  })
}

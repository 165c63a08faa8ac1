/** How long a refit and the next question take in a large folder: after one more answer, as a person feels it. */
import { centred } from '../../src/main/cluster/neighbours'
import { matrix, type MatrixProducts } from '../../src/main/engine/linear-algebra'
import { random } from '../../src/main/engine/random'
import { strategies } from '../../src/main/labeling/strategies/registry'
import { spreadGraph } from '../../src/main/labeling/heads/spread-graph'
import { Session } from './session'

const dimensions = 128
const classCount = 50
const neighbours = 20
/** Labels given before: 20 per class. */
const labels = 20 * classCount
const answers = 7

/** Median milliseconds of refits after one more answer, of one that validates anew, and of the slowest strategy's next questions. */
export async function speed(rows: number, products: MatrixProducts): Promise<Record<string, number>> {
  const size = `${rows / 1000}k`
  const draws = random(5)
  const data = Float32Array.from({ length: rows * dimensions }, () => draws.normal())
  for (let row = 0; row < rows; row++) data[row * dimensions + (row % classCount)]! += 4
  const x = centred(matrix(rows, dimensions, data))
  const truth = Array.from({ length: rows }, (_, row) => row % classCount)
  const { ids, similarities } = neighboursWithin(truth, rows)
  const graph = spreadGraph(rows, neighbours, ids, similarities)
  const session = new Session(
    { name: 'made', x, graph, typicality: new Float32Array(rows).fill(0.5), truth, classCount },
    products,
    0,
  )
  const byId = (id: string) => strategies.find((one) => one.id === id)!
  const validated = await timed(() => session.label(byId('random'), labels))
  const refits: number[] = []
  for (let at = 0; at < answers; at++) {
    session.answer(at * 97 + 13)
    refits.push(await timed(() => session.refit()))
  }
  const figures: Record<string, number> = {
    [`labeling.refit_ms.${size}`]: median(refits),
    [`labeling.validated_refit_ms.${size}`]: validated,
  }
  for (const strategy of strategies) {
    const times: number[] = []
    for (let at = 0; at < 3; at++)
      times.push(
        await timed(async () => {
          await session.questions(strategy, 20)
        }),
      )
    figures[`labeling.query_ms.${size}.${strategy.id}`] = median(times)
  }
  figures[`labeling.query_ms.${size}`] = figures[`labeling.query_ms.${size}.auto`]!
  return figures
}

/** Neighbours of the same class, drawn: an exact graph of 100,000 rows takes minutes and is not what is measured. */
function neighboursWithin(truth: number[], rows: number) {
  const draws = random(6)
  const ids = new Int32Array(rows * neighbours)
  for (let at = 0; at < ids.length; at++) {
    const row = Math.floor(at / neighbours)
    ids[at] = draws.below(Math.floor(rows / classCount)) * classCount + truth[row]!
  }
  return { ids, similarities: new Float32Array(ids.length).fill(0.6) }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now()
  await work()
  return Math.round(performance.now() - began)
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!

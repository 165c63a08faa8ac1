/** How well the embeddings of runs keep classes apart that people have named: the same samples for every run. */
import type { RunAccuracies } from '@shared/contract/pretrain'
import { centred } from '../../cluster/neighbours'
import { matrix, withProducts } from '../../engine/linear-algebra'
import { draw, random } from '../../engine/random'
import { namedRightly } from '../../evaluate/knn-accuracy'
import { linearProbe } from '../../evaluate/linear-probe'
import { rankedByLabels } from '../../evaluate/ranking'
import type { Reader } from '../../store/reader'

/** Labels looked at: enough for a point of accuracy. */
const mostLabels = 1500
/** A class of one sample is never guessed from the others. */
const fewestPerClass = 2
const fewestLabels = 10

/** Null in projects with several classes a sample. */
export async function runAccuracies(reader: Reader, runIds: readonly string[]): Promise<RunAccuracies | null> {
  if (reader.meta.facts().labeling === 'multi') return null
  const labels = labelsToTell(reader)
  const classIds = [...new Set(labels.map(({ classId }) => classId))].sort()
  if (labels.length < fewestLabels || classIds.length < 2)
    return { labels: labels.length, classes: classIds.length, enough: false, runs: [], best: null }
  const classOf = new Map(labels.map(({ ordinal, classId }) => [ordinal, classIds.indexOf(classId)]))
  const wanted = Uint32Array.from(classOf.keys()).sort()
  const rightly = new Map<string, Uint8Array>()
  const runs = await withProducts(1, async (products) => {
    const found: RunAccuracies['runs'] = []
    for (const runId of runIds) {
      const { ordinals, dimensions, data } = reader.embeddingsOf(runId, wanted)
      if (ordinals.length < wanted.length) continue
      const embeddings = matrix(ordinals.length, dimensions, data)
      const classes = Array.from(ordinals, (ordinal) => classOf.get(ordinal)!)
      const right = await namedRightly(embeddings, classes, products)
      rightly.set(runId, right)
      const knn = right.reduce((sum, each) => sum + each, 0) / right.length
      found.push({ runId, knn, probe: await linearProbe(centred(embeddings), classes, products) })
    }
    return found
  })
  const { order, leads } = rankedByLabels(rightly)
  const best = order[0] === undefined ? null : { runId: order[0], leads: [...leads] }
  return { labels: wanted.length, classes: classIds.length, enough: true, runs, best }
}

/** What people said of single samples; of what was named in groups nobody looked at each. */
function labelsToTell(reader: Reader): { ordinal: number; classId: string }[] {
  const told = [...reader.labels.inForce()].flatMap(({ ordinal, classId, source, confirmed }) =>
    classId !== null && confirmed && (source === 'human' || source === 'audited' || source === 'imported')
      ? [{ ordinal, classId }]
      : [],
  )
  const some = Array.from(draw(told.length, mostLabels, random(0x6163)).sort(), (at) => told[at]!)
  const counts = new Map<string, number>()
  for (const { classId } of some) counts.set(classId, (counts.get(classId) ?? 0) + 1)
  return some.filter(({ classId }) => counts.get(classId)! >= fewestPerClass)
}

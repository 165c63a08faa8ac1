/** What a cluster is called: what a person named it, or what enough of its labels say. */
import type { Cluster } from '@shared/model'

/** A cluster bears a class's name when more than half of its labeled members have it. */
const majority = 0.5
/** And when at least so many members, and this share of them, have labels. */
const fewestLabeled = 3
const leastLabeled = 0.1

type Listed = Pick<Cluster, 'id' | 'size' | 'labeled'> & { labels: { classId: string | null; count: number; fresh: number }[] }

/**
 * @param own name that a person gave it
 * @param names of the classes by UUID
 */
export function nameOf(
  { id, size, labeled, labels }: Listed,
  own: string | null,
  names: ReadonlyMap<string, string>,
): Pick<Cluster, 'name' | 'naming' | 'proposal'> {
  if (own !== null) return { name: own, naming: 'person', proposal: null }
  const most = labels.reduce<Listed['labels'][number] | undefined>(
    (best, one) => (best && best.count >= one.count ? best : one),
    undefined,
  )
  const name = most?.classId ? names.get(most.classId) : undefined
  if (!most || name === undefined || most.count <= labeled * majority) return { name: null, naming: null, proposal: null }
  const enough = Math.min(size, Math.max(fewestLabeled, leastLabeled * size))
  if (most.count < enough) return { name: null, naming: null, proposal: { name, count: most.count } }
  return { name, naming: most.fresh === 0 && id >= 0 ? 'carried' : 'labels', proposal: null }
}

/** What a cluster is called: what a person named it, or what enough of its labels say. */
import type { Cluster } from '@shared/model'

/** A cluster bears a class's name (in multi-label projects those of several) when more than half of its labeled members have it. */
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
  const agreed = labels.flatMap(({ classId, ...label }) => {
    const name = classId === null ? undefined : names.get(classId)
    return name !== undefined && label.count > labeled * majority ? [{ name, ...label }] : []
  })
  if (agreed.length === 0) return { name: null, naming: null, proposal: null }
  const name = agreed.map((one) => one.name).join(', ')
  const count = Math.min(...agreed.map((one) => one.count))
  const enough = Math.min(size, Math.max(fewestLabeled, leastLabeled * size))
  if (count < enough) return { name: null, naming: null, proposal: { name, count } }
  const carried = id >= 0 && agreed.every(({ fresh }) => fresh === 0)
  return { name, naming: carried ? 'carried' : 'labels', proposal: null }
}

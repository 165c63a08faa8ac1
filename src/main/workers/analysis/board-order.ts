/** In which order clusters stand, on the board as in every list of them. */
import type { Matrix } from '../../engine/linear-algebra'
import type { Membership } from './membership'

/**
 * Large and tight clusters first, parts of a split one where its largest stands; the outliers' pseudo-cluster −1 last.
 *
 * @param ids cluster of each row
 * @param embeddings [rows, dimensions], each row of length 1: the length of their sum in a cluster is its size times its tightness
 */
export function boardOrder(ids: Int32Array, { columns, data }: Matrix, membership: Membership): number[] {
  const sums = new Map<number, Float64Array>()
  ids.forEach((id, row) => {
    const sum = sums.get(id) ?? new Float64Array(columns)
    for (let d = 0, at = row * columns; d < columns; d++, at++) sum[d]! += data[at]!
    sums.set(id, sum)
  })
  const weights = new Map([...sums].map(([id, sum]) => [id, Math.hypot(...sum)]))
  const order = [...weights.keys()].sort(
    (a, b) => Number(a === -1) - Number(b === -1) || weights.get(b)! - weights.get(a)! || a - b,
  )
  return asTree(order, membership)
}

/** Those that were one cluster stand together, the less often split first. */
function asTree(order: number[], membership: Membership): number[] {
  const pathOf = (id: number) => membership.clusters.get(id)?.path ?? []
  const families = Map.groupBy(order, (id) => pathOf(id)[0] ?? `alone ${id}`)
  const key = (id: number) =>
    pathOf(id)
      .map((parent) => String(parent).padStart(9, '0'))
      .join(' ')
  return [...families.values()].flatMap((family) =>
    family.length === 1 ? family : family.sort((a, b) => (key(a) < key(b) ? -1 : Number(key(a) > key(b)))),
  )
}

/** Keys that merge, split, dissolve and rename the cluster at hand. */
import type { Cluster } from '@shared/model'
import { ref, type Ref } from 'vue'
import { useKeys } from '../../keyboard/keys'
import { outlierId, useClusters } from '../../stores/clusters'

export interface ClusterActs {
  /** Waits for another cluster to be merged with. */
  marked: Ref<number | null>
  /** Is being given a name. */
  renaming: Ref<boolean>
  rename: () => void
  merge: () => void
  split: () => void
  dissolve: () => void
}

export function useClusterActs(atHand: () => Cluster | undefined): ClusterActs {
  const clusters = useClusters()
  const marked = ref<number | null>(null)
  const renaming = ref(false)
  const cluster = () => {
    const found = atHand()
    return found && found.id !== outlierId ? found : undefined
  }

  /** The first press marks, the second on another cluster merges both. */
  function merge() {
    const found = cluster()
    if (!found) return
    const first = marked.value
    marked.value = first === null ? found.id : null
    if (first !== null && first !== found.id) void clusters.merge([first, found.id])
  }
  const rename = () => cluster() && (renaming.value = true)
  const split = () => cluster() && void clusters.split(cluster()!.id)
  const dissolve = () => cluster() && void clusters.dissolve(cluster()!.id)

  useKeys((chord) => {
    if (chord === 'M') merge()
    else if (chord === 'R') rename()
    else if (chord === 'S') split()
    else if (chord === 'D') dissolve()
    else if (chord === 'Escape' && marked.value !== null) marked.value = null
    else return false
    return true
  })
  return { marked, renaming, rename, merge, split, dissolve }
}

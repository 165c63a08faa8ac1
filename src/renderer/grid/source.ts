/** A query's samples as a list the grid draws from: pages on demand, order kept while the person works. */
import type { SampleGroup } from '@shared/contract/samples'
import type { GroupBy, SampleQuery } from '@shared/model'
import { computed, ref, shallowRef, triggerRef, watch, type Ref } from 'vue'
import { useApi } from '../stores/connection'
import { useProject } from '../stores/project'
import { useSampleRows } from '../stores/sample-rows'
import { messageOf } from '../stores/toasts'
import { Chunks, chunkSize } from './chunks'

export interface GridSource {
  total: Ref<number>
  ordinalAt(index: number): number | null
  /** Makes the ordinals of a range (ends included) known. */
  ensure(first: number, last: number): void
  /** Ordinals of a range, fetched where needed; none where the list became another one meanwhile. */
  range(first: number, last: number): Promise<number[]>
  /** How the samples stand together, in order; null or left out: they do not. */
  groups?: Ref<Groups | null>
  /** Counts what was asked for: another query begins at its top. */
  asked?: Ref<number>
}

export interface Groups {
  by: GroupBy
  list: SampleGroup[]
}

export interface QuerySource extends GridSource {
  loading: Ref<boolean>
  error: Ref<string | null>
  /** Labels changed since, so the order or the members may differ now. */
  outdated: Ref<boolean>
  reload(): void
}

const dependsOnLabels = (query: SampleQuery) =>
  query.labeled !== undefined ||
  query.classId !== undefined ||
  query.predictedId !== undefined ||
  query.unconfirmed !== undefined ||
  query.source !== undefined ||
  query.novel !== undefined ||
  query.outlier !== undefined ||
  query.changedGuess !== undefined ||
  query.sort === 'confidence' ||
  query.sort === 'disagreement' ||
  query.sort === 'novelty' ||
  query.groupBy === 'class' ||
  query.groupBy === 'predicted'

export function useQuerySource(query: Ref<SampleQuery | null>): QuerySource {
  const api = useApi()
  const project = useProject()
  const rows = useSampleRows()
  const chunks = shallowRef(new Chunks())
  const total = ref(0)
  const groups = shallowRef<Groups | null>(null)
  const loading = ref(false)
  const error = ref<string | null>(null)
  const outdated = ref(false)
  /** How many came, failed ones too: what nothing is known of any more is not left standing. */
  const answers = ref(0)
  const fetching = new Map<number, Promise<void>>()
  const round = ref(0)
  let generation = 0

  async function fetchChunk(chunk: number) {
    const asked = query.value
    if (!asked) return
    const mine = generation
    try {
      const page = await api.samples.page({ query: asked, offset: chunk * chunkSize, limit: chunkSize })
      if (mine !== generation) return
      rows.put(page.rows)
      total.value = page.total
      chunks.value.put(
        chunk,
        page.rows.map((row) => row.ordinal),
      )
      triggerRef(chunks)
      error.value = null
    } catch (cause) {
      if (mine === generation) error.value = messageOf(cause)
    } finally {
      if (mine === generation) {
        answers.value++
        fetching.delete(chunk)
        loading.value = fetching.size > 0
      }
    }
  }

  async function fetchGroups() {
    const asked = query.value
    const mine = generation
    try {
      const list = asked?.groupBy ? await api.samples.groups({ query: asked }) : []
      if (mine === generation) groups.value = asked?.groupBy ? { by: asked.groupBy, list } : null
    } catch (cause) {
      if (mine === generation) error.value = messageOf(cause)
    }
  }

  function load(chunk: number) {
    const under = fetching.get(chunk)
    if (under) return under
    loading.value = true
    const promise = fetchChunk(chunk)
    fetching.set(chunk, promise)
    return promise
  }

  /** Starts over; what is on screen stays until the first answer. */
  async function reload() {
    generation++
    fetching.clear()
    outdated.value = false
    if (!query.value) {
      total.value = 0
      groups.value = null
      chunks.value = new Chunks()
      return
    }
    chunks.value.clear()
    await Promise.all([load(0), fetchGroups()])
  }

  async function range(first: number, last: number) {
    const mine = generation
    await Promise.all(chunks.value.lacking(first, last).map(load))
    if (mine !== generation) return []
    return Array.from({ length: last - first + 1 }, (_, at) => chunks.value.ordinalAt(first + at)).filter(
      (found) => found !== null,
    )
  }

  watch(query, () => void reload(), { immediate: true, deep: true })
  watch(
    () => JSON.stringify(query.value),
    async () => {
      const mine = generation
      await fetching.get(0)
      if (mine === generation) round.value++
    },
  )
  watch([() => project.state?.id, () => project.versions.samples], () => void reload())
  watch([() => project.versions.labels, () => project.versions.predictions], () => {
    if (!query.value || !dependsOnLabels(query.value)) return
    if (total.value === 0) void reload()
    else outdated.value = true
  })
  watch(
    [() => project.versions.clusters, () => project.versions.members],
    () => void ((query.value?.clusterId !== undefined || query.value?.groupBy === 'cluster') && reload()),
  )

  return {
    total: computed(() => total.value),
    groups,
    asked: round,
    loading,
    error,
    outdated,
    reload: () => void reload(),
    ordinalAt: (index) => (answers.value > 0 ? chunks.value.ordinalAt(index) : null),
    ensure: (first, last) => {
      if (query.value) for (const chunk of chunks.value.lacking(first, last)) void load(chunk)
    },
    range,
  }
}

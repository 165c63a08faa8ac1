/** What the map shows: places of the samples and the colours of a field, fetched again when they changed. */
import type { MapField } from '@shared/contract/map'
import { computed, ref, shallowRef, watch, type Ref } from 'vue'
import { bytesOf, headLength } from '../../map/bytes'
import { categoryColor, noValue, parseHex, type Coloring, type Rgb } from '../../map/colors'
import { useGroupTitle } from '../../grid/group-title'
import { useApi } from '../../stores/connection'
import { useClasses } from '../../stores/classes'
import { useClusters } from '../../stores/clusters'
import { useProject } from '../../stores/project'
import { messageOf } from '../../stores/toasts'
import { toHex } from '../../labeling/color'
import { map as t } from '../../strings/map'

export interface Category {
  number: number
  title: string
  color: Rgb
  count: number
}

export interface Legend extends Coloring {
  field: string
  /** Whether any sample has a value; of numbers. */
  known: boolean
  /** Most frequent first. */
  categories: Category[]
}

export function useMapData(field: Ref<string>) {
  const project = useProject()
  const classes = useClasses()
  const clusters = useClusters()
  const groupTitle = useGroupTitle()
  const positions = shallowRef<Float32Array | null>(null)
  const preservation = ref(0)
  const fields = shallowRef<MapField[]>([])
  const legend = shallowRef<Legend | null>(null)
  /** Clusters at the granularity of the board, for their names: of each sample the place among the ids. */
  const clustering = shallowRef<{ ids: number[]; values: Uint16Array } | null>(null)
  const error = ref<string | null>(null)
  const loaded = ref(false)
  /** Counts the maps: another one is drawn from scratch. */
  const generation = ref(0)
  let version = ''

  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
      error.value = null
    } catch (cause) {
      error.value = messageOf(cause)
    }
  }
  const column = (id: string) =>
    bytesOf(`/media/column?field=${encodeURIComponent(id)}${id === 'cluster' ? `&granularity=${clusters.granularity}` : ''}`)

  async function loadMap() {
    const state = await useApi().map.state()
    fields.value = state?.fields ?? []
    if (!state) positions.value = null
    else if (state.version !== version) {
      const bytes = await bytesOf('/media/map')
      if (bytes) {
        preservation.value = (
          JSON.parse(new TextDecoder().decode(bytes.slice(0, headLength))) as { preservation: number }
        ).preservation
        positions.value = new Float32Array(bytes, headLength)
        generation.value++
      }
    }
    version = state?.version ?? ''
    loaded.value = true
    await loadClustering()
  }

  async function loadClustering() {
    if (!positions.value) return void (clustering.value = null)
    const { granularity } = clusters
    const [{ values }, bytes] = await Promise.all([useApi().map.legend({ field: 'cluster', granularity }), column('cluster')])
    clustering.value = bytes && { ids: values.map(Number), values: new Uint16Array(bytes) }
  }

  async function loadLegend() {
    const id = field.value
    if (!positions.value) return
    const granularity = id === 'cluster' ? clusters.granularity : null
    const [meaning, bytes] = await Promise.all([useApi().map.legend({ field: id, granularity }), column(id)])
    if (!bytes || id !== field.value) return
    const values = meaning.kind === 'category' ? new Uint16Array(bytes) : new Float32Array(bytes)
    const categories = meaning.kind === 'category' ? categoriesOf(id, meaning.values, values as Uint16Array) : []
    const colors = meaning.values.map((_, number) => categoryColor(number))
    for (const { number, color } of categories) colors[number] = color
    const { kind, least, most } = meaning
    legend.value = { field: id, kind, known: least !== null, values, colors, categories, least: least ?? 0, most: most ?? 1 }
  }

  function categoriesOf(id: string, names: string[], values: Uint16Array): Category[] {
    const counts = new Uint32Array(names.length)
    for (const value of values) if (value !== noValue && value < names.length) counts[value]!++
    return names
      .map((name, number) => ({ number, count: counts[number]!, ...appearance(id, name, number) }))
      .filter(({ count }) => count > 0)
      .sort((a, b) => b.count - a.count || a.number - b.number)
  }

  function appearance(id: string, name: string, number: number): { title: string; color: Rgb } {
    if (id === 'class' || id === 'predicted') {
      const row = classes.byId.get(name)
      return { title: row?.name ?? t.unknown, color: row ? parseHex(toHex(row.color)) : [150, 150, 150] }
    }
    if (id === 'cluster') return { title: clusters.titleOf(Number(name)), color: categoryColor(number) }
    if (id.startsWith('run:')) return { title: t.cluster(number + 1), color: categoryColor(number) }
    if (id === 'event') return { title: groupTitle(id, name), color: categoryColor(number) }
    return { title: name === '' ? t.rootFolder : name, color: categoryColor(number) }
  }

  watch([() => project.state?.id, () => project.versions.clusters, () => project.versions.runs], () => void attempt(loadMap), {
    immediate: true,
  })
  watch(
    [
      positions,
      field,
      () => clusters.granularity,
      () => clusters.list,
      () => classes.list,
      () => project.versions.labels,
      () => project.versions.predictions,
    ],
    () => void attempt(loadLegend),
  )
  watch([() => clusters.granularity, () => project.versions.members], () => void attempt(loadClustering))

  return {
    positions,
    preservation,
    fields,
    legend,
    clustering,
    error,
    loaded,
    generation,
    placed: computed(() => {
      let count = 0
      const places = positions.value
      if (places) for (let at = 0; at < places.length; at += 2) if (!Number.isNaN(places[at]!)) count++
      return count
    }),
  }
}

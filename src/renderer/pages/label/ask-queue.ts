/** The queue of single questions: what to ask now, skipping, going back, fetching more before it runs dry. */
import { computed, ref, shallowRef } from 'vue'

export interface Question {
  ordinal: number
  why: string
  drawn: 'uniform' | null
}

/** Fetch more when fewer than this many questions are left. */
const low = 6
const most = 1000

export function useAskQueue(fetch: (count: number) => Promise<Question[]>) {
  const ahead = shallowRef<Question[]>([])
  const behind = shallowRef<Question[]>([])
  const answered = ref(0)
  const skipped = shallowRef(new Set<number>())
  const loading = ref(false)
  const dry = ref(false)
  const handled = new Set<number>()
  let generation = 0

  async function fill() {
    if (loading.value || dry.value || ahead.value.length >= low) return
    loading.value = true
    const mine = generation
    try {
      const found = await fetch(Math.min(most, 20 + skipped.value.size))
      if (mine !== generation) return
      const known = new Set(ahead.value.map(({ ordinal }) => ordinal))
      const fresh = found.filter(({ ordinal }) => !known.has(ordinal) && !handled.has(ordinal))
      dry.value = fresh.length === 0
      ahead.value = [...ahead.value, ...fresh]
    } finally {
      if (mine === generation) loading.value = false
    }
  }

  /** Starts over, for another order of questions; skipped ones may be asked again. */
  function restart(): Promise<void> {
    generation++
    ahead.value = []
    loading.value = false
    dry.value = false
    for (const ordinal of skipped.value) handled.delete(ordinal)
    skipped.value = new Set()
    return fill()
  }

  function advance(): Question | undefined {
    const [now, ...rest] = ahead.value
    if (!now) return undefined
    handled.add(now.ordinal)
    behind.value = [...behind.value, now]
    ahead.value = rest
    return now
  }

  return {
    current: computed(() => ahead.value[0]),
    coming: computed(() => ahead.value.slice(1, 13)),
    answered,
    skipped: computed(() => skipped.value.size),
    loading,
    canGoBack: computed(() => behind.value.length > 0),
    fill,
    restart,
    answer() {
      if (advance()) answered.value++
      return fill()
    },
    skip() {
      const now = advance()
      if (now) skipped.value = new Set([...skipped.value, now.ordinal])
      return fill()
    },
    back() {
      const last = behind.value.at(-1)
      if (!last) return
      behind.value = behind.value.slice(0, -1)
      handled.delete(last.ordinal)
      if (!skipped.value.has(last.ordinal)) answered.value = Math.max(0, answered.value - 1)
      skipped.value = new Set([...skipped.value].filter((ordinal) => ordinal !== last.ordinal))
      ahead.value = [last, ...ahead.value]
    },
  }
}

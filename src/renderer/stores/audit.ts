/** The audit under way, or the last one; and the blind answer that waits for a decision. */
import type { AuditState } from '@shared/contract/audit'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useLabeling } from './labeling'
import { useProject } from './project'
import { useToasts } from './toasts'

/** What the person said (nothing: unknown) and what Handful had guessed beside it, decided one after the other. */
export interface Dispute {
  ordinal: number
  yours: string[]
  guesses: string[]
}

export const useAudit = defineStore('audit', () => {
  const project = useProject()
  const toasts = useToasts()
  const state = shallowRef<AuditState | null>()
  const dispute = shallowRef<Dispute | null>(null)
  const busy = ref(false)

  const refresh = coalesce(async () => {
    state.value = project.state ? await useApi().audit.state() : null
    if (dispute.value?.ordinal !== state.value?.next) dispute.value = null
  })
  watch(
    [() => project.state?.id, () => project.versions.predictions, () => project.versions.labels],
    () => void refresh().catch(() => undefined),
    { immediate: true },
  )

  async function once<T>(act: () => Promise<T>): Promise<T | undefined> {
    if (busy.value) return undefined
    busy.value = true
    try {
      return await toasts.attempt(act)
    } finally {
      busy.value = false
    }
  }

  /** A blind answer; one that lacks a guess becomes a dispute. `final` decides that. */
  const answer = (classIds: string[], final = false) =>
    once(async () => {
      const ordinal = state.value?.next
      if (ordinal === null || ordinal === undefined) return
      const { state: next, proposed } = await useApi().audit.answer({ ordinal, classIds: [...classIds], final })
      state.value = next
      dispute.value = proposed.length === 0 ? null : { ordinal, yours: [...classIds], guesses: proposed }
    })

  /** The person takes the guess in dispute, in multi-label projects beside what they said, or stays with their answer. */
  function decide(take: boolean) {
    if (!dispute.value) return undefined
    const { ordinal, yours, guesses } = dispute.value
    const others = project.state?.labeling === 'multi' ? yours : []
    const kept = take ? [...others, guesses[0]!] : yours
    if (guesses.length === 1) return answer(kept, true)
    dispute.value = { ordinal, yours: kept, guesses: guesses.slice(1) }
    return undefined
  }

  return {
    state,
    dispute,
    answer,
    decide,
    busy,
    underWay: computed(() => state.value?.ended === null),
    start: (target: number) =>
      once(async () => (state.value = await useApi().audit.start({ target, seed: Date.now() % 2 ** 31 }))),
    accept: () =>
      once(() =>
        useLabeling()
          .take(() => useApi().audit.accept())
          .then(refresh),
      ),
    discard: () => once(() => useApi().audit.discard().then(refresh)),
  }
})

/** The audit under way, or the last one; and the blind answer that waits for a decision. */
import type { AuditState } from '@shared/contract/audit'
import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import { coalesce } from './coalesce'
import { useApi } from './connection'
import { useLabeling } from './labeling'
import { useProject } from './project'
import { useToasts } from './toasts'

/** What the person said and what Handful had guessed. */
export interface Dispute {
  ordinal: number
  yours: string | null
  guess: string
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

  return {
    state,
    dispute,
    busy,
    underWay: computed(() => state.value?.ended === null),
    start: (target: number) =>
      once(async () => (state.value = await useApi().audit.start({ target, seed: Date.now() % 2 ** 31 }))),
    /** A blind answer; one that differs from the guess becomes a dispute. `final` decides that. */
    answer: (classId: string | null, final = false) =>
      once(async () => {
        const ordinal = state.value?.next
        if (ordinal === null || ordinal === undefined) return
        const { state: next, proposed } = await useApi().audit.answer({ ordinal, classId, final })
        state.value = next
        dispute.value = proposed === null ? null : { ordinal, yours: classId, guess: proposed }
      }),
    accept: () =>
      once(() =>
        useLabeling()
          .take(() => useApi().audit.accept())
          .then(refresh),
      ),
    discard: () => once(() => useApi().audit.discard().then(refresh)),
  }
})

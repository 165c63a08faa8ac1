/** Says when work in the background reached something the person can go on with. */
import { watch } from 'vue'
import { useRouter } from 'vue-router'
import { useProject } from '../stores/project'
import { useToasts } from '../stores/toasts'
import { shell } from '../strings/shell'

export function useMilestones(): void {
  const project = useProject()
  const toasts = useToasts()
  const router = useRouter()

  watch([() => project.state?.id, () => project.counts?.clusters ?? 0], ([id, clusters], [idBefore, before]) => {
    if (id === undefined || id !== idBefore || before > 0 || clusters === 0) return
    if (router.currentRoute.value.name === 'label') return
    toasts.show(shell.clustersReady(clusters), {
      tone: 'good',
      action: { label: shell.startLabeling, run: () => router.push('/label') },
    })
  })
}

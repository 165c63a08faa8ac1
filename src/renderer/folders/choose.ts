/** Asks for a folder: by the native dialog where there is one, else by our own picker. */
import { createGlobalState } from '@vueuse/core'
import { shallowRef } from 'vue'
import { useApi } from '../stores/connection'
import { useHost } from '../stores/host'

export interface FolderQuestion {
  title: string
  /** `project` also answers project folders at once. */
  wanted: 'images' | 'project' | 'target'
  start: string | null
  answer: (path: string | null) => void
}

/** The question that the picker dialog shows now. */
export const useFolderQuestion = createGlobalState(() => shallowRef<FolderQuestion | null>(null))

export function useChooseFolder() {
  const question = useFolderQuestion()
  return async function choose(
    title: string,
    wanted: FolderQuestion['wanted'],
    start: string | null = null,
  ): Promise<string | null> {
    if (useHost().capabilities?.dialog) return useApi().host.chooseFolder({ title })
    return new Promise((resolve) => {
      question.value = {
        title,
        wanted,
        start,
        answer(path) {
          question.value = null
          resolve(path)
        },
      }
    })
  }
}

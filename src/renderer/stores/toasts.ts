/** Short messages at the edge of the window, some with an action such as undo. */
import { withNextStep } from '@shared/error-advice'
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { shell } from '../strings/shell'

export interface Toast {
  id: number
  tone: 'plain' | 'good' | 'bad'
  text: string
  action?: { label: string; run: () => unknown }
  /** A new toast takes the place of the one of the same topic. */
  topic?: string
}

const lifetime = { plain: 6000, good: 6000, bad: 15_000 }

/** What happened and what to do next, for a person; typed errors of the contract bring a code that says more. */
export function messageOf(error: unknown): string {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown }
  return typeof message === 'string' && message ? withNextStep({ code, message }) : shell.unknownError
}

const isAbort = (error: unknown) => error instanceof DOMException && error.name === 'AbortError'

export const useToasts = defineStore('toasts', () => {
  const list = shallowRef<Toast[]>([])
  const timers = new Map<number, ReturnType<typeof setTimeout>>()
  let last = 0

  function dismiss(id: number) {
    hold(id)
    list.value = list.value.filter((toast) => toast.id !== id)
  }

  /** Stays while a person is at it. */
  function hold(id: number) {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }

  function release({ id, tone }: Toast) {
    hold(id)
    timers.set(
      id,
      setTimeout(() => dismiss(id), lifetime[tone]),
    )
  }

  function show(text: string, options: Partial<Omit<Toast, 'id' | 'text'>> = {}) {
    const toast: Toast = { id: ++last, tone: 'plain', text, ...options }
    list.value = [
      ...list.value.filter((other) => other.text !== text && (!toast.topic || other.topic !== toast.topic)).slice(-2),
      toast,
    ]
    release(toast)
    return toast.id
  }

  const fail = (error: unknown) => (isAbort(error) ? 0 : show(messageOf(error), { tone: 'bad' }))

  /** Runs an act of the person; its failure becomes a toast and the answer undefined. */
  async function attempt<T>(act: () => Promise<T>): Promise<T | undefined> {
    try {
      return await act()
    } catch (error) {
      fail(error)
      return undefined
    }
  }

  return { list, show, fail, attempt, dismiss, hold, release }
})

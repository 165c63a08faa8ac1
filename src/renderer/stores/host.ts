/** What the host can do. */
import type { HostInfo } from '@shared/contract/host'
import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { useApi } from './connection'

export const useHost = defineStore('host', () => {
  const info = shallowRef<HostInfo>()
  async function load() {
    info.value ??= await useApi().host.info()
  }
  return { info, load, capabilities: computed(() => info.value?.capabilities) }
})

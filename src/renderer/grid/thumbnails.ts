/** Addresses of thumbnails: those asked for at one time come in one answer, since a request for each is most of the work of scrolling. */
import { defineStore } from 'pinia'
import { useMedia } from './media'

/** As many as a request may name. */
const most = 100

interface Batch {
  ordinals: Set<number>
  found: Promise<Map<number, string | null>>
}

export const useThumbnails = defineStore('thumbnails', () => {
  const { thumb, thumbs } = useMedia()
  let gathering: Batch | null = null

  function begin(): Batch {
    const ordinals = new Set<number>()
    const found = Promise.resolve().then(() => {
      if (gathering?.ordinals === ordinals) gathering = null
      return fetchAll([...ordinals])
    })
    return { ordinals, found }
  }

  async function fetchAll(ordinals: number[]): Promise<Map<number, string | null>> {
    try {
      const found = (await (await fetch(thumbs(ordinals))).json()) as (string | null)[]
      return new Map(ordinals.map((ordinal, at) => [ordinal, found[at] ?? null]))
    } catch {
      return new Map()
    }
  }

  /** The thumbnail itself as a data address, or where it is to be had alone. */
  async function addressOf(ordinal: number): Promise<string> {
    if (!gathering || gathering.ordinals.size >= most) gathering = begin()
    gathering.ordinals.add(ordinal)
    return (await gathering.found).get(ordinal) ?? thumb(ordinal)
  }
  return { addressOf }
})

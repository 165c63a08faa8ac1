/** Search by likeness: images of the project and from outside, and what they are not to be like. */
import type { Likeness } from '@shared/model'
import { shallowRef } from 'vue'
import { useApi } from '../../stores/connection'
import { useToasts } from '../../stores/toasts'
import { images } from '../../strings/images'
import type { Filter } from './filter'

export interface Outside {
  name: string
  /** Address of the picture, for showing it. */
  picture: string
  vector: number[]
}

const most = 8
/** Files larger than this are sent as a smaller picture, bytes. */
const largest = 2_500_000
const side = 512
const t = images.similar

export function useSimilar(filter: Filter) {
  const toasts = useToasts()
  const outside = shallowRef<Outside[]>([])
  const busy = shallowRef(false)

  function change(next: Likeness | null) {
    const empty = !next || (next.like.length === 0 && next.unlike.length === 0 && next.vectors.length === 0)
    filter.similar = empty ? null : next
    if (!empty && filter.sort !== 'similarity') Object.assign(filter, { sort: 'similarity', descending: false })
    if (empty && filter.sort === 'similarity') filter.sort = 'ordinal'
  }
  const current = (): Likeness => filter.similar ?? { like: [], unlike: [], vectors: [] }

  function add(part: 'like' | 'unlike', ordinals: Iterable<number>) {
    const now = current()
    const other = part === 'like' ? 'unlike' : 'like'
    const added = [...new Set([...now[part], ...ordinals])].slice(0, 100)
    change({ ...now, [part]: added, [other]: now[other].filter((ordinal) => !added.includes(ordinal)) })
  }
  function remove(part: 'like' | 'unlike', ordinal: number) {
    const now = current()
    change({ ...now, [part]: now[part].filter((one) => one !== ordinal) })
  }
  function setOutside(next: Outside[]) {
    outside.value = next
    change({ ...current(), vectors: next.map(({ vector }) => vector) })
  }
  async function addFiles(files: Iterable<File>) {
    busy.value = true
    for (const file of [...files].slice(0, most - outside.value.length)) {
      await toasts.attempt(async () => {
        const { vector } = await useApi().samples.embed({ image: await sendable(file), name: file.name })
        setOutside([...outside.value, { name: file.name, picture: URL.createObjectURL(file), vector }])
      })
    }
    busy.value = false
  }
  function removeOutside(one: Outside) {
    URL.revokeObjectURL(one.picture)
    setOutside(outside.value.filter((other) => other !== one))
  }
  function clear() {
    for (const { picture } of outside.value) URL.revokeObjectURL(picture)
    outside.value = []
    change(null)
  }
  return { outside, busy, add, remove, addFiles, removeOutside, clear }
}

/** The file itself, or a smaller picture of it where it is large. */
async function sendable(file: File): Promise<Blob> {
  if (file.size <= largest) return file
  const picture = await createImageBitmap(file).catch(() => {
    throw new Error(t.tooLarge(file.name))
  })
  const share = Math.min(1, side / Math.max(picture.width, picture.height))
  const canvas = new OffscreenCanvas(
    Math.max(1, Math.round(picture.width * share)),
    Math.max(1, Math.round(picture.height * share)),
  )
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
  picture.close()
  return canvas.convertToBlob({ type: 'image/png' })
}

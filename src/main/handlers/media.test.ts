/** Thumbnails as the page asks for them: many in one answer. */
import { expect, test } from 'vitest'
import { ThumbnailReader, ThumbnailWriter } from '../dataset/thumbnails'
import { makeProject, ownFolder } from '../store/project.fixture'
import { ProjectMedia } from './media'
import type { Session } from './session'

const path = ownFolder()

test('thumbnails come as data in the order asked, none where only the image itself is there', async () => {
  const store = makeProject(path('p.handful'), ['a.png', 'b.png', 'c.png'])
  const writer = new ThumbnailWriter(store.folder, { pack: 0, offset: 0 })
  for (const [ordinal, bytes] of [
    [0, 'first'],
    [2, 'third'],
  ] as const) {
    const { pack, offset } = writer.put(Buffer.from(bytes))
    const place = 'UPDATE sample SET thumb_pack = ?, thumb_offset = ?, thumb_bytes = ?, thumb_type = ? WHERE ordinal = ?'
    store.database.prepare(place).run(pack, offset, bytes.length, 'image/webp', ordinal)
  }
  await writer.flush()
  await writer.close()
  const thumbnails = new ThumbnailReader(store.folder)
  const media = new ProjectMedia({ current: { store, thumbnails } } as unknown as Session)
  const data = (text: string) => `data:image/webp;base64,${Buffer.from(text).toString('base64')}`
  expect(await media.thumbnails([2, 1, 7, 0])).toEqual([data('third'), null, null, data('first')])
  expect(await media.thumbnail(2)).toMatchObject({ type: 'image/webp', body: Buffer.from('third') })
  await thumbnails.close()
  store.close()
})

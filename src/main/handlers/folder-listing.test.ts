/** Lists real folders: counts, order, projects, hidden entries, and what cannot be listed. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { listFolder, listingError } from './folder-listing'

const folder = mkdtempSync(join(tmpdir(), 'handful-listing-'))
for (const name of ['b10', 'b9', '.hidden', 'leaves.handful']) mkdirSync(join(folder, name))
for (const name of ['1.jpg', '2.PNG', '3.heic', 'notes.txt', '.4.jpg']) writeFileSync(join(folder, name), '')
writeFileSync(join(folder, 'leaves.handful', 'project.sqlite'), '')
symlinkSync(join(folder, 'b9'), join(folder, 'link'))
symlinkSync(join(folder, 'gone'), join(folder, 'broken'))
afterAll(() => rmSync(folder, { recursive: true }))

test('shows folders as a person sorts them, tells projects, counts images by name', async () => {
  const listing = await listFolder(folder)
  expect(listing.folders.map(({ name, project }) => [name, project])).toEqual([
    ['b9', false],
    ['b10', false],
    ['leaves.handful', true],
    ['link', false],
  ])
  expect(listing).toMatchObject({ path: folder, parent: dirname(folder), images: 3 })
})

test('starts at home and offers it as a place, each place once', async () => {
  const { path, places } = await listFolder(null)
  expect(path).toBe(homedir())
  expect(places[0]).toEqual({ name: 'Home', path: homedir() })
  expect(new Set(places.map((place) => place.path)).size).toBe(places.length)
})

test('says what is not a folder and what is not there', async () => {
  await expect(listFolder(join(folder, '1.jpg'))).rejects.toMatchObject({ code: 'NOT_A_FOLDER' })
  await expect(listFolder(join(folder, 'gone'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('says what may not be read', () => {
  const cause = Object.assign(new Error('permission denied'), { code: 'EACCES' })
  expect(listingError(cause, folder)).toMatchObject({ code: 'NOT_PERMITTED', data: { path: folder } })
})

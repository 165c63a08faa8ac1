/** A photo collection: events as groups of the grid, an album by keys alone, and one of each stack of near copies. */
import { cpSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { preparedProject } from './client'
import { expect, fixtures, test } from './host'

const names = ['dress', 'bag', 'trouser']

/** Three days of photos, minutes apart each, and a blurred copy of one that was taken on none. */
async function collection(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'handful-photos-'))
  cpSync(join(fixtures, 'clothes', 'pullover'), join(root, 'undated'), { recursive: true })
  mkdirSync(join(root, 'photos'))
  for (const [day, name] of names.entries()) {
    const files = readdirSync(join(fixtures, 'clothes', name)).slice(0, 8)
    for (const [at, file] of files.entries()) {
      const DateTimeOriginal = `2021:06:1${day} 10:0${at}:00`
      const photo = sharp(join(fixtures, 'clothes', name, file)).resize(128, 128)
      await photo
        .jpeg()
        .withExif({ IFD2: { DateTimeOriginal } })
        .toFile(join(root, 'photos', `${day}${at}.jpg`))
    }
  }
  await sharp(join(root, 'photos', '00.jpg'))
    .blur(1.2)
    .jpeg({ quality: 60 })
    .toFile(join(root, 'soft.jpg'))
  return root
}

test('an event becomes an album by keys, and only the best of near copies are shown', async ({ app, api }) => {
  await preparedProject(api, await collection())
  await app.reload()
  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Images' }).click()
  const grid = app.getByRole('grid', { name: 'Images' })
  await app.getByRole('combobox', { name: 'Group' }).click()
  await app.getByRole('option', { name: 'By event' }).click()
  await expect(grid.getByRole('rowheader').first()).toHaveText(/^Jun 10, 2021, 10:00.*8$/)

  await grid.focus()
  await app.keyboard.press('Alt+ArrowDown')
  await app.keyboard.press('Alt+a')
  await expect(app.getByText('8 images selected')).toBeVisible()
  await app.getByRole('combobox', { name: 'Class name' }).fill('Second day')
  await app.getByRole('option').first().waitFor()
  await app.keyboard.press('Enter')
  await expect.poll(async () => (await api.projects.state())!.counts.labeled).toBe(8)
  const [album] = await api.classes.list()
  const { rows } = await api.samples.page({ query: { classId: album!.id }, offset: 0, limit: 100 })
  expect(rows.map(({ path }) => path).sort()).toEqual(Array.from({ length: 8 }, (_, at) => `photos/1${at}.jpg`))

  const { samples } = (await api.projects.state())!.counts
  await app.getByRole('combobox', { name: 'Show' }).click()
  await app.getByRole('option', { name: 'Best of near copies' }).click()
  await expect(app.getByText(`${samples - 1} images`, { exact: true })).toBeVisible()
  await app.getByRole('combobox', { name: 'Show' }).click()
  await app.getByRole('option', { name: 'Other near copies' }).click()
  await expect(grid.getByTitle(/soft\.jpg/)).toBeVisible()
})

/** Cleaning by keys alone: planted mistakes are shown and put right, a right label is kept, and one undo takes a fix back. */
import { join } from 'node:path'
import { labelSome, preparedProject } from './client'
import { expect, fixtures, test } from './host'
import { folderOf } from './person'

const names = ['ankle boot', 'bag', 'dress', 'pullover', 'trouser']

test('suspected labels are changed and kept by keys', async ({ app, api }) => {
  test.slow()
  await preparedProject(api, join(fixtures, 'clothes'))
  await labelSome(api, names, 20)
  const ids = new Map((await api.classes.list()).map(({ name, id }) => [name, id]))
  const { rows } = await api.samples.page({ query: { text: 'ankle boot/' }, offset: 0, limit: 4 })
  const wrong = rows.map(({ ordinal }) => ordinal)
  await api.annotations.label({ selection: { ordinals: wrong }, classId: ids.get('trouser')! })
  const labelOf = async (ordinal: number) => (await api.samples.rows({ ordinals: [ordinal] }))[0]!.labels[0]!
  const { rows: suspects } = await api.cleaning.suspects({ offset: 0, limit: 100 })
  expect(suspects.filter(({ ordinal }) => wrong.includes(ordinal)).length).toBeGreaterThanOrEqual(3)

  await app.reload()
  await app.evaluate(() => (location.hash = '#/clean'))
  for (const [at, suspect] of suspects.entries()) {
    const [row] = await api.samples.rows({ ordinals: [suspect.ordinal] })
    const truth = ids.get(folderOf(row!.path))!
    await expect(app.getByRole('img', { name: row!.path }).first()).toBeVisible()
    await expect(app.getByText(`${suspects.length - at} to check,`)).toBeVisible()
    await app.keyboard.press(truth === suspect.given ? 'k' : 'g')
    const decided = truth === suspect.given ? suspect.given : suspect.suggested
    await expect.poll(() => labelOf(suspect.ordinal)).toMatchObject({ classId: decided, source: 'human' })
  }
  await expect(app.getByRole('heading', { name: 'All checked' })).toBeVisible()
  const last = suspects.at(-1)!
  await app.keyboard.press('Control+z')
  await expect.poll(async () => (await labelOf(last.ordinal)).classId).toBe(last.given)
  await app.keyboard.press('Control+Shift+z')

  await app.getByRole('button', { name: 'Look again' }).focus()
  await app.keyboard.press('Enter')
  const again = await api.cleaning.suspects({ offset: 0, limit: 100 })
  expect(
    again.rows.filter(({ ordinal }) =>
      suspects.some((before) => before.ordinal === ordinal && before.given === before.suggested),
    ),
  ).toEqual([])
  expect(again.total).toBeLessThan(suspects.length)
})

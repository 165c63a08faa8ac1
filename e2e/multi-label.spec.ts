/** Images with several classes, by keys alone: asked, guessed, struck out, cleaned, audited and exported. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { type Client, jobsDone } from './client'
import { expect, fixtures, test } from './host'
import { folderOf, Person } from './person'

const clothes = join(fixtures, 'clothes')
const truth: Record<string, string[]> = {
  'ankle boot': ['leather', 'worn'],
  bag: ['leather'],
  dress: ['cloth', 'worn'],
  pullover: ['cloth', 'sleeves', 'worn'],
  trouser: ['cloth', 'worn'],
}
const names = ['cloth', 'leather', 'sleeves', 'worn']

/** A column of 0 and 1 for each class, for the first images of each folder. */
async function table(api: Client['api'], file: string, perFolder: number): Promise<void> {
  const lines = [`image,${names.join(',')}`]
  for (const folder of Object.keys(truth)) {
    const { rows } = await api.samples.page({ query: { text: `${folder}/` }, offset: 0, limit: perFolder })
    for (const { path } of rows) lines.push([path, ...names.map((name) => Number(truth[folder]!.includes(name)))].join(','))
  }
  writeFileSync(file, `${lines.join('\n')}\n`)
}

test('images with several classes, from the first label to the export', async ({ app, api, home, answerDialog }) => {
  test.slow()
  const person = new Person(app)
  await person.beginWith(clothes, answerDialog, 'Several classes')
  await jobsDone(api)
  await table(api, join(home, 'some.csv'), 14)
  const imported = await api.annotations.importFile({ path: join(home, 'some.csv') })
  expect(imported).toMatchObject({ matched: 14 * 10, conflictCount: 0, newClasses: expect.arrayContaining(names) })
  await app.reload()
  const classes = new Map((await api.classes.list()).map(({ id, name, key }) => [name, { id, key: key! }]))
  const labelsOf = async (path: string) => {
    const { rows } = await api.samples.page({ query: { text: path }, offset: 0, limit: 1 })
    return rows[0]!.labels.map(({ classId }) => [...classes].find(([, { id }]) => id === classId)?.[0] ?? 'unknown').sort()
  }

  // Asked: every class by its key, then on.
  await person.goTo('Label')
  await app.keyboard.press('q')
  await expect(app.getByText(/Handful is .*% sure|stands for/).first()).toBeVisible()
  for (let asked = 0; asked < 3; asked++) {
    const path = await person.asked()
    for (const name of truth[folderOf(path)]!) await app.keyboard.press(classes.get(name)!.key)
    await expect.poll(() => labelsOf(path)).toEqual(truth[folderOf(path)])
    await app.keyboard.press('Enter')
    await expect(app.getByText(`${asked + 1} answer`)).toBeVisible()
  }

  // Guessed: Delete says that it is not so, and one undo takes that back.
  const worn = classes.get('worn')!.id
  await api.review.refit()
  const query = { predictedId: worn, sort: 'confidence' as const, descending: false }
  const [least] = (await api.samples.page({ query, offset: 0, limit: 1 })).rows
  await app.keyboard.press('Alt+6')
  await app.getByRole('radio', { name: /^worn/ }).click()
  const grid = app.getByRole('grid', { name: 'Guesses, least sure first' })
  await grid.getByRole('gridcell').first().click()
  const guessed = async () => {
    const [row] = await api.samples.rows({ ordinals: [least!.ordinal] })
    return row!.pseudoLabels.some(({ classId }) => classId === worn)
  }
  expect(await guessed()).toBe(true)
  await app.keyboard.press('Delete')
  await expect.poll(guessed).toBe(false)
  expect((await api.annotations.log({ offset: 0, limit: 1 })).rows[0]!.title).toBe('1 image − worn')
  await api.review.refit()
  expect(await guessed()).toBe(false)
  await app.keyboard.press('Control+z')
  await expect.poll(guessed).toBe(true)

  // Cleaned: a class that is not there is taken away, one that is missing is added.
  const { rows: bags } = await api.samples.page({ query: { text: 'bag/' }, offset: 0, limit: 3 })
  const { rows: trousers } = await api.samples.page({ query: { text: 'trouser/' }, offset: 0, limit: 1 })
  await api.annotations.label({ selection: { ordinals: bags.map(({ ordinal }) => ordinal) }, classId: worn })
  await api.annotations.clear({ selection: { ordinals: [trousers[0]!.ordinal] } })
  await api.annotations.label({ selection: { ordinals: [trousers[0]!.ordinal] }, classId: worn })
  const { rows: suspects } = await api.cleaning.suspects({ offset: 0, limit: 100 })
  // Some bags may look worn, not all.
  const wrong = bags.filter((bag) => suspects.some(({ ordinal, given }) => ordinal === bag.ordinal && given === worn))
  expect(wrong.length).toBeGreaterThan(0)
  await app.evaluate(() => (location.hash = '#/clean'))
  for (const { ordinal, given, suggested } of suspects) {
    const [row] = await api.samples.rows({ ordinals: [ordinal] })
    const name = [...classes].find(([, { id }]) => id === (given ?? suggested))![0]
    await expect(app.getByRole('img', { name: row!.path }).first()).toBeVisible()
    await expect(
      app.getByRole('heading', { name: given === null ? 'Is a class missing?' : 'Is this label right?' }),
    ).toBeVisible()
    const there = truth[folderOf(row!.path)]!.includes(name)
    await app.keyboard.press(there === (given === null) ? 'g' : 'k')
    await expect.poll(async () => (await labelsOf(row!.path)).includes(name)).toBe(there)
  }
  await expect(app.getByRole('heading', { name: 'All checked' })).toBeVisible()
  for (const { path } of wrong) expect(await labelsOf(path)).toEqual(['leather'])

  // Audited: blind, with every class of the image.
  await api.review.refit()
  await app.evaluate(() => (location.hash = '#/audit'))
  await app.getByRole('slider', { name: 'Right at least' }).focus()
  await app.keyboard.press('Home')
  await app.getByRole('button', { name: 'Begin the audit' }).focus()
  await app.keyboard.press('Enter')
  await expect(app.getByRole('heading', { name: 'What does it show?' })).toBeVisible()
  let state = (await api.audit.state())!
  while (state.next !== null && state.verdict.level === null) {
    const { next } = state
    const [row] = await api.samples.rows({ ordinals: [next] })
    await expect(app.getByRole('img', { name: row!.path })).toBeVisible()
    await expect(app.locator('figure img').filter({ visible: true })).toHaveCount(1)
    for (const name of truth[folderOf(row!.path)]!) await app.keyboard.press(classes.get(name)!.key)
    await expect(app.getByRole('button', { name: /That is all/ })).toBeEnabled()
    await app.keyboard.press('Enter')
    const dispute = app.getByRole('group', { name: /You and Handful differ/ })
    await expect
      .poll(async () => {
        if (await dispute.isVisible()) await app.keyboard.press('y')
        state = (await api.audit.state())!
        return state.next
      })
      .not.toBe(next)
    await expect(dispute).toHaveCount(0)
    expect(await labelsOf(row!.path)).toEqual(truth[folderOf(row!.path)])
  }
  expect(state.verdict.level).not.toBeNull()
  await app.getByRole('button', { name: /^Accept \d|^Finish/ }).focus()
  await app.keyboard.press('Enter')
  await expect(app.getByRole('heading', { name: 'Last audit' })).toBeVisible()

  const target = join(home, 'labels.csv')
  const { jobId } = await api.exports.start({ format: 'csv', target })
  expect(await api.jobs.wait({ id: jobId })).toMatchObject({ state: 'done' })
  const rows = parse<Record<'source' | 'label' | 'path', string>>(readFileSync(target), { columns: true, bom: true })
  const bySource = Map.groupBy(rows, ({ source }) => source)
  // So few images are left that the audit asks about all of them: nothing is propagated.
  for (const source of ['human', 'imported', 'audited']) expect(bySource.get(source)?.length).toBeGreaterThan(0)
  const right = rows.filter(({ path, label }) => truth[folderOf(path)]!.includes(label))
  expect(right.length / rows.length).toBeGreaterThan(0.8)
})

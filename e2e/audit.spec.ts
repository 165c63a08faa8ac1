/** An audit by keys alone: a target, blind checks, a decision where the guess differs, and an export that tells the sources apart. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { labelSome, preparedProject } from './client'
import { expect, fixtures, test } from './host'
import { folderOf } from './person'

const names = ['ankle boot', 'bag', 'dress', 'pullover', 'trouser']

test('an audit to a target, and what it accepts', async ({ app, api, home }) => {
  test.slow()
  await preparedProject(api, join(fixtures, 'clothes'))
  await labelSome(api, names, 6)
  await app.reload()
  await app.evaluate(() => (location.hash = '#/audit'))
  await app.getByRole('slider', { name: 'Right at least' }).focus()
  await app.keyboard.press('Home')
  await app.getByRole('button', { name: 'Begin the audit' }).focus()
  await app.keyboard.press('Enter')
  await expect(app.getByRole('heading', { name: 'What is this?' })).toBeVisible()

  const keys = new Map((await api.classes.list()).map(({ name, key }) => [name, key!]))
  const begun = (await api.audit.state())!
  let state = begun
  while (state.next !== null && state.verdict.level === null) {
    const [row] = await api.samples.rows({ ordinals: [state.next] })
    await expect(app.getByRole('img', { name: row!.path })).toBeVisible()
    await app.keyboard.press(keys.get(folderOf(row!.path))!)
    const dispute = app.getByRole('group', { name: /You and Handful differ/ })
    const before = state.verdict.checked
    await expect
      .poll(async () => {
        if (await dispute.isVisible()) await app.keyboard.press('y')
        state = (await api.audit.state())!
        return state.verdict.checked
      })
      .toBe(before + 1)
    await expect(dispute).toHaveCount(0)
  }
  expect(state.verdict.level).not.toBeNull()
  await expect(app.getByRole('heading', { name: /The target holds for/ })).toBeVisible()
  await app.getByRole('button', { name: /^Accept \d|^Finish/ }).focus()
  await app.keyboard.press('Enter')
  await expect(app.getByRole('heading', { name: 'Last audit' })).toBeVisible()

  const target = join(home, 'labels.csv')
  const { jobId } = await api.exports.start({ format: 'csv', target })
  expect(await api.jobs.wait({ id: jobId })).toMatchObject({ state: 'done' })
  const rows = parse<Record<'source', string>>(readFileSync(target), { columns: true, bom: true })
  const count = (source: string) => rows.filter((row) => row.source === source).length
  expect(count('human')).toBe(30)
  expect(count('audited')).toBe(state.verdict.checked)
  expect(rows).toHaveLength(120)
})

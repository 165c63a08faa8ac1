/** What the pointer does beside keys: dragging to a class, growing a cluster outward, a lasso on the map. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { type Client, preparedProject } from './client'
import { expect, fixtures, test } from './host'

interface App {
  app: Page
  api: Client['api']
}

test('dragging to a class, growing outward, a lasso on the map', async ({ app, api }) => {
  await preparedProject(api, join(fixtures, 'clothes'))
  await test.step('a cluster, and selected images, are dragged to a class', () => drag({ app, api }))
  await test.step('what is struck out stays out, what remains is taken in', () => grow({ app, api }))
  await test.step('a lasso takes what lies inside, and nothing else', () => lassoOnMap({ app, api }))
})

async function drag({ app, api }: App): Promise<void> {
  const [first, second] = [await api.classes.create({ name: 'first' }), await api.classes.create({ name: 'second' })]
  await app.reload()
  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Label' }).click()
  const board = app.getByRole('grid', { name: 'Clusters' })
  const chip = (name: string) =>
    app.getByRole('list', { name: 'Classes' }).getByRole('button', { name: new RegExp(`\\b${name}\\b.*label`) })
  const counts = async (id: string) => (await api.classes.list()).find((row) => row.id === id)!.counts

  const [largest] = (await api.clusters.list({ granularity: null })).clusters
  await board.getByRole('row').first().getByRole('gridcell').first().dragTo(chip('first'))
  await expect
    .poll(async () => {
      const { human, grouped } = await counts(first.id)
      return human + grouped
    })
    .toBe(largest!.size)

  const cells = board.getByRole('row').nth(1).getByRole('gridcell')
  await cells.nth(1).click()
  await cells.nth(3).click({ modifiers: ['Control'] })
  await cells.nth(3).dragTo(chip('second'))
  await expect.poll(() => counts(second.id)).toMatchObject({ human: 2, grouped: 0 })
  await app.keyboard.press('Control+z')
  await expect.poll(() => counts(second.id)).toMatchObject({ human: 0 })
}

async function grow({ app, api }: App): Promise<void> {
  const listed = () => api.clusters.list({ granularity: null })
  const before = (await listed()).clusters.find(({ id, labeled }) => id >= 0 && labeled === 0)!
  await app.evaluate((id) => (location.hash = `#/label/cluster/${id}`), before.id)
  await app.getByRole('button', { name: /Grow outward/ }).click()
  const proposals = app.getByRole('grid', { name: /^Proposals for/ })
  await expect(proposals.getByRole('gridcell').first()).toBeVisible()
  const said = app.getByRole('status').filter({ hasText: /proposed, 0 struck out/ })
  const proposed = Number(/^(\d+) proposed/.exec((await said.textContent())!.trim())![1])
  expect(proposed).toBeGreaterThan(1)
  const grown = async () => (await listed()).clusters.find(({ id }) => id < -1)
  const query = { clusterId: (await grown())!.id, granularity: (await listed()).granularity }
  const [struck, next] = await api.clusters.outward({ like: { query }, count: 48 })
  await proposals.getByRole('gridcell').first().click()
  await expect(app.getByText(/1 struck out/)).toBeVisible()
  await app.keyboard.press('Control+Enter')
  await expect.poll(async () => (await grown())?.size).toBe(before.size + proposed - 1)
  const { rows } = await api.samples.page({ query, offset: 0, limit: 1000 })
  const members = rows.map(({ ordinal }) => ordinal)
  expect(members).toContain(next!.ordinal)
  expect(members).not.toContain(struck!.ordinal)
  await app.getByRole('button', { name: /^Stop/ }).first().click()
  await app.keyboard.press('Control+z')
  await expect.poll(async () => (await grown())?.size).toBe(before.size)
}

async function lassoOnMap({ app, api }: App): Promise<void> {
  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Map' }).click()
  const map = app.getByRole('application', { name: /Map of the images/ })
  await expect(map).toBeVisible()
  await expect(app.getByText(/nearest neighbours stay neighbours/)).toBeVisible()
  const { x, y, width, height } = (await map.boundingBox())!
  const selected = app.getByText(/\d+ images? selected/)
  /** Along the corners, as shares of the map. */
  const lasso = async (corners: [number, number][]) => {
    const at = ([left, top]: [number, number]) => [x + left * width, y + top * height] as const
    await app.keyboard.press('l')
    await app.mouse.move(...at(corners[0]!))
    await app.mouse.down()
    for (const corner of [...corners.slice(1), corners[0]!]) await app.mouse.move(...at(corner), { steps: 5 })
    await app.mouse.up()
  }
  const count = async () => Number(/\d+/.exec((await selected.first().textContent())!)![0])
  const edge = 0.01
  // The index for picking is built beside the page: the lasso is drawn until it finds something.
  const all: [number, number][] = [
    [edge, edge],
    [1 - edge, edge],
    [1 - edge, 1 - edge],
    [edge, 1 - edge],
  ]
  await expect(async () => {
    await lasso(all)
    await expect(selected.first()).toBeVisible({ timeout: 1000 })
  }).toPass()
  const whole = await count()
  await lasso([
    [edge, edge],
    [0.5, edge],
    [0.5, 1 - edge],
    [edge, 1 - edge],
  ])
  await expect.poll(count).toBeLessThan(whole)
  const left = await count()
  expect(left).toBeGreaterThan(0)
  await app.getByRole('combobox', { name: 'Class name' }).fill('left')
  await app.getByRole('option').first().waitFor()
  await app.keyboard.press('Enter')
  const given = async () => Object.values((await api.classes.list()).find(({ name }) => name === 'left')?.counts ?? {})
  await expect.poll(async () => (await given()).reduce((sum, one) => sum + one, 0)).toBe(left)
}

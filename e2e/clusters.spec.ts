/** Clusters as objects and undo after a restart, by keys alone, on real images. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { type Client, preparedProject, signIn } from './client'
import { expect, fixtures, startWebHost, test } from './host'

/** Opens the app's label page with the board in focus. */
async function openBoard(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page.waitForURL((url) => !url.search.includes('token'))
  await page.keyboard.press('Alt+5')
  const board = page.getByRole('grid', { name: 'Clusters' })
  await expect(board.getByRole('row').first()).toBeVisible()
  for (let presses = 0; presses < 80; presses++) {
    if (await board.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error('Tab never reached the board')
}
const sizes = async (api: Client['api']) =>
  (await api.clusters.list({ granularity: null })).clusters.map(({ id, size }) => `${id}:${size}`).sort()
const labeled = async (api: Client['api']) => (await api.projects.state())!.counts.labeled

test('clusters are merged, split and named by keys; everything is undone after a restart', async ({ browser }) => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'handful-e2e-')))
  let host = await startWebHost(home)
  let client = await signIn(host.address())
  await preparedProject(client.api, join(fixtures, 'clothes'))
  const folder = (await client.api.projects.state())!.folder
  const before = await sizes(client.api)
  const page = await (await browser.newContext()).newPage()
  await openBoard(page, host.address())

  await page.keyboard.press('m')
  await expect(page.getByText(/press M on the cluster/)).toBeVisible()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('m')
  await expect.poll(() => sizes(client.api)).toHaveLength(before.length - 1)

  // A name of its own is no class.
  await page.keyboard.press('r')
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('odd ones')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('gridcell', { name: /odd ones/ })).toBeVisible()
  expect(await labeled(client.api)).toBe(0)

  const merged = await sizes(client.api)

  await page.keyboard.press('n')
  await page.keyboard.type('mixed')
  await expect(page.getByRole('option', { name: /mixed/ })).toBeVisible()
  await page.keyboard.press('Enter')
  await expect.poll(() => labeled(client.api)).toBeGreaterThan(3)
  const named = await labeled(client.api)
  await page.context().close()
  client.close()
  await host.stop()

  host = await startWebHost(home)
  client = await signIn(host.address())
  await client.api.projects.open({ folder })
  expect(await labeled(client.api)).toBe(named)
  expect(await sizes(client.api)).toEqual(merged)
  const again = await (await browser.newContext()).newPage()
  await openBoard(again, host.address())
  await again.keyboard.press('Control+z')
  await expect.poll(() => labeled(client.api)).toBe(0)
  // The class came with its first labels, and goes with them.
  await expect.poll(() => client.api.classes.list()).toEqual([])
  const ownName = async () => (await client.api.clusters.list({ granularity: null })).clusters.map(({ name }) => name)
  expect(await ownName()).toContain('odd ones')
  await again.keyboard.press('Control+z')
  await expect.poll(ownName).not.toContain('odd ones')
  await again.keyboard.press('Control+z')
  await expect.poll(() => sizes(client.api)).toEqual(before)
  for (let step = 0; step < 3; step++) await again.keyboard.press('Control+Shift+z')
  await expect.poll(() => sizes(client.api)).toEqual(merged)
  await expect.poll(() => labeled(client.api)).toBe(named)
  expect(await client.api.classes.list()).toMatchObject([{ name: 'mixed' }])
  await again.context().close()
  client.close()
  await host.stop()
  rmSync(home, { recursive: true, force: true })
})

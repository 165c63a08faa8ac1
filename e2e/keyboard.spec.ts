/** Labeling without a mouse: name clusters, go through questions, undo, accept; the pointer is never used. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { preparedProject } from './client'
import { expect, fixtures, test } from './host'

/** Tabs on until the element is focused. */
async function tabTo(page: Page, role: 'grid' | 'link' | 'radio' | 'button', name: string | RegExp): Promise<void> {
  const target = page.getByRole(role, { name }).first()
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${role} ${name}`)
}

test('a folder is labeled by keys alone', async ({ app, api }) => {
  await preparedProject(api, join(fixtures, 'clothes'))
  await app.reload()
  const labeled = async () => (await api.projects.state())!.counts.labeled

  await app.keyboard.press('Alt+5')
  await expect(app.getByRole('heading', { name: 'Label', level: 1 })).toBeVisible()
  const board = app.getByRole('grid', { name: 'Clusters' })
  await expect(board.getByRole('row').first()).toBeVisible()
  await tabTo(app, 'grid', 'Clusters')

  // The cluster at hand gets a class by its name; the next one another.
  for (const name of ['first', 'second']) {
    await app.keyboard.press('n')
    await expect(app.getByRole('combobox', { name: 'Class name' })).toBeFocused()
    await app.keyboard.type(name)
    await expect(app.getByRole('option', { name: new RegExp(name) })).toBeVisible()
    await app.keyboard.press('Enter')
    await expect(app.getByRole('button', { name: new RegExp(`${name}.*label`) })).toBeVisible()
  }
  await expect.poll(labeled).toBeGreaterThan(10)
  const before = await labeled()

  await app.keyboard.press('Control+z')
  await expect.poll(labeled).toBeLessThan(before)
  await app.keyboard.press('Control+Shift+z')
  await expect.poll(labeled).toBe(before)

  // Single questions by number key, U and skipping.
  await app.keyboard.press('q')
  await expect(app.getByRole('heading', { name: 'What is this?' })).toBeVisible()
  await app.keyboard.press('1')
  await expect.poll(labeled).toBe(before + 1)
  await expect(app.getByText('1 answer in this sitting')).toBeVisible()
  await app.keyboard.press('u')
  await expect.poll(labeled).toBe(before + 2)
  await app.keyboard.press('s')
  await expect.poll(labeled).toBe(before + 2)

  await app.keyboard.press('Alt+6')
  await expect(app.getByText('Guessed by')).toBeVisible()
  await tabTo(app, 'button', /^Accept \d/)
  await app.keyboard.press('Enter')
  await expect.poll(async () => (await api.projects.state())!.counts.bySource.propagated).toBeGreaterThan(0)
})

/** What a newcomer meets first against WCAG 2.2 AA, in light and dark. */
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect, fixtures, test } from './host'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const clothes = join(fixtures, 'clothes')

/** Checks the page as it stands, in both themes. */
async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page }).withTags(rules).analyze()
    const found = violations.map(
      ({ id, help, nodes }) => `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join('; ')})`,
    )
    expect(found, `${what}, ${colorScheme}`).toEqual([])
  }
}

test('the first run, the folder picker and the shortcuts', async ({ app }) => {
  const begin = app.getByRole('button', { name: /Choose an image folder/ })
  await expect(begin).toBeVisible()
  await expectAccessible(app, 'first run')
  await begin.click()
  const picker = app.getByRole('dialog', { name: 'Choose the image folder' })
  await expect(picker.getByRole('list', { name: 'Folders' })).toBeVisible()
  await expectAccessible(app, 'folder picker')
  await picker.getByRole('textbox', { name: 'Folder path' }).fill(clothes)
  await picker.getByRole('textbox', { name: 'Folder path' }).press('Enter')
  await expect(picker.getByRole('button', { name: 'clothes' })).toBeVisible()
  await picker.getByRole('button', { name: 'Use this folder' }).click()
  await app.getByText('Advanced').click()
  await expectAccessible(app, 'new project')
  await app.keyboard.press('Escape')
  await app.keyboard.press('?')
  await expect(app.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible()
  await expectAccessible(app, 'shortcuts')
})

/** Every page, dialog and state against WCAG 2.2 AA, in light and dark. */
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { labelSome, preparedProject } from './client'
import { expect, fixtures, test } from './host'

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const clothes = join(fixtures, 'clothes')

/** Checks the page as it stands, in both themes. */
async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    // Colours change in the next frame, however short their transition.
    await page.waitForFunction(() => document.getAnimations().every((running) => !(running instanceof CSSTransition)))
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
  await app.keyboard.press('Escape')
  await app.keyboard.press('Control+k')
  await expect(app.getByRole('dialog', { name: 'Commands' })).toBeVisible()
  await expectAccessible(app, 'commands')
})

test('every page of a project at work', async ({ app, api }) => {
  test.slow()
  await preparedProject(api, clothes)
  await labelSome(api, ['bag', 'dress', 'trouser'], 4)
  await app.reload()

  await expect(app.getByText('clothes').first()).toBeVisible()
  await expectAccessible(app, 'projects')

  await app.evaluate(() => (location.hash = '#/images'))
  const grid = app.getByRole('grid', { name: 'Images' })
  await expect(grid.getByRole('gridcell').first()).toBeVisible()
  await expectAccessible(app, 'images')
  await grid.focus()
  await app.keyboard.press('Enter')
  await expect(app.getByRole('heading', { name: /Image detail|png/ }).first()).toBeVisible()
  await expectAccessible(app, 'image detail')
  await app.getByRole('button', { name: 'Show large' }).first().click()
  const large = app.getByRole('dialog')
  const shown = large.getByRole('img')
  const first = (await shown.getAttribute('alt'))!
  await app.keyboard.press('ArrowRight')
  await expect(shown).not.toHaveAttribute('alt', first)
  await app.keyboard.press('ArrowLeft')
  await expect(shown).toHaveAttribute('alt', first)
  const width = async () => (await shown.boundingBox())!.width
  const whole = await width()
  await app.keyboard.press('z')
  await expect.poll(width).not.toBe(whole)
  await expectAccessible(app, 'image up close')
  await app.keyboard.press('Escape')
  await expect(large).toHaveCount(0)
  for (const list of ['Duplicates', 'Quarantine']) {
    await app.getByRole('tab', { name: list }).click()
    await expectAccessible(app, list)
  }

  await app.evaluate(() => (location.hash = '#/pretrain'))
  await expect(app.getByRole('heading', { name: 'Runs', exact: true })).toBeVisible()
  await expect(app.getByRole('heading', { name: 'Runs compared' })).toBeVisible()
  await expectAccessible(app, 'pretrain')
  await app.getByRole('radio', { name: 'Table' }).click()
  await expectAccessible(app, 'runs as a table')
  await app.getByRole('radio', { name: /VICReg/ }).click()
  const views = app.getByRole('region', { name: 'Altered versions it will learn from' })
  await expect(views.getByRole('img')).toHaveCount(6 * 5)
  await expect(views).toContainText(/Altered versions as of/)
  await expectAccessible(app, 'altered versions')

  await app.evaluate(() => (location.hash = '#/label'))
  const board = app.getByRole('grid', { name: 'Clusters' })
  await expect(board.getByRole('img').first()).toBeVisible()
  await expectAccessible(app, 'cluster board')
  await board.focus()
  await app.keyboard.press('Enter')
  await expect(app.getByRole('grid', { name: /Images of/ })).toBeVisible()
  await expectAccessible(app, 'cluster opened')
  await app.evaluate(() => (location.hash = '#/label/ask'))
  await expect(app.getByRole('heading', { name: 'What is this?' })).toBeVisible()
  await expectAccessible(app, 'next to ask')

  await app.evaluate(() => (location.hash = '#/review'))
  await expect(app.getByRole('radiogroup', { name: 'Guesses per class' })).toBeVisible()
  await expectAccessible(app, 'review')

  await app.evaluate(() => (location.hash = '#/clean'))
  for (const part of ['Labels to check', 'Near copies', 'Overlapping classes', 'Outliers']) {
    await app.getByRole('tab', { name: part }).click()
    await expectAccessible(app, part)
  }

  await app.evaluate(() => (location.hash = '#/map'))
  await expect(app.getByRole('heading', { name: 'Map', level: 1 })).toBeVisible()
  await expectAccessible(app, 'map')

  await app.evaluate(() => (location.hash = '#/audit'))
  await expect(app.getByRole('button', { name: 'Begin the audit' })).toBeVisible()
  await expectAccessible(app, 'audit')

  await app.evaluate(() => (location.hash = '#/export'))
  await expect(app.getByRole('button', { name: 'Export', exact: true })).toBeEnabled()
  await expectAccessible(app, 'export')
})

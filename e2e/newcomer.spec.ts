/** What a newcomer is offered: the sample images, the first steps, every command by its name. */
import { expect, test } from './host'

test('the sample project, the first steps and the command palette', async ({ app }) => {
  await app.getByRole('button', { name: 'Try it on sample images' }).click()
  await expect(app.getByRole('heading', { name: 'Images', level: 1 })).toBeVisible()
  await expect(app.getByText('180 images').first()).toBeVisible({ timeout: 60_000 })

  const tour = app.getByRole('region', { name: 'First steps' })
  await expect(tour).toContainText('1 of 3')
  await tour.getByRole('button', { name: 'Next' }).click()
  await expect(app.getByRole('heading', { name: 'Label', level: 1 })).toBeVisible()
  await expect(tour).toContainText('2 of 3')
  await tour.getByRole('button', { name: 'No more tips' }).click()
  await expect(tour).toHaveCount(0)

  const run = async (words: string) => {
    await app.keyboard.press('Control+k')
    await expect(app.getByRole('textbox', { name: 'Type a command' })).toBeFocused()
    await app.keyboard.type(words)
    await app.keyboard.press('Enter')
    await expect(app.getByRole('dialog')).toHaveCount(0)
  }
  await run('go export')
  await expect(app.getByRole('heading', { name: 'Export', level: 1 })).toBeVisible()
  await run('dark')
  await expect(app.locator('html')).toHaveAttribute('data-theme', 'dark')
  await run('first steps')
  await expect(tour).toContainText('1 of 3')
  await app.keyboard.press('Control+k')
  await app.keyboard.type('no such command')
  await expect(app.getByRole('status').filter({ hasText: 'No command matches' })).toBeVisible()
  await app.keyboard.press('Escape')
  await run('close project')
  await expect(app.getByRole('heading', { name: 'Projects', level: 1 })).toBeVisible()
  await expect(tour).toHaveCount(0)
})

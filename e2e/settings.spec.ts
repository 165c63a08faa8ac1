/** Settings: the project is checked, backed up and its cache cleared; diagnostics name nothing of the person's. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { preparedProject } from './client'
import { expect, fixtures, test } from './host'

test('a project is checked, backed up, and its cache cleared', async ({ app, api, home }) => {
  await preparedProject(api, join(fixtures, 'clothes'))
  const { folder } = (await api.projects.state())!
  await app.reload()
  await app.getByRole('link', { name: 'Settings' }).click()
  await app.getByRole('button', { name: 'Check project' }).click()
  await expect(app.getByText('The project is sound.')).toBeVisible()
  for (const colorScheme of ['light', 'dark'] as const) {
    await app.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    const { violations } = await new AxeBuilder({ page: app }).withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']).analyze()
    expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([])
  }
  await app.getByRole('button', { name: 'Back up now' }).click()
  await expect(app.getByText(/written to/)).toBeVisible()
  expect(readdirSync(join(folder, 'backups'))).toHaveLength(1)
  await app.getByRole('button', { name: 'Clear pixel cache' }).click()
  await expect(app.getByText(/freed/)).toBeVisible()
  expect(existsSync(join(folder, 'pixels'))).toBe(false)
  await app.getByRole('button', { name: 'Licences of what is inside' }).click()
  await expect(app.getByText(/better-sqlite3 \d/)).toBeVisible()

  const text = await api.care.diagnostics()
  expect(text).toContain('"samples":120')
  expect(text).toContain('job ended')
  for (const word of [home, folder, 'clothes', 'bag']) expect(text).not.toContain(word)
})

/** The main pages beside pictures of how they looked when they were last agreed on; `npm run e2e references -- --update-snapshots` takes them anew. */
import { join } from 'node:path'
import { labelSome, preparedProject } from './client'
import { expect, fixtures, test } from './host'

const names = ['ankle boot', 'bag', 'dress', 'pullover', 'trouser']
const looks = [
  { width: 1440, height: 900, colorScheme: 'light' },
  { width: 1024, height: 700, colorScheme: 'dark' },
] as const
/** Letters differ a little from machine to machine; a page that fell apart differs by far more. */
const agreed = { maxDiffPixelRatio: 0.06, threshold: 0.3 }
/** Clusters and guesses put images elsewhere each time: there their places are compared, not what they show. */
const veil = 'main img { visibility: hidden }'

test('pages look as agreed', async ({ app, api }) => {
  test.slow()
  const look = async (name: string) => {
    for (const { colorScheme, ...size } of looks) {
      await app.setViewportSize(size)
      await app.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await app.mouse.move(0, 0)
      await expect(app).toHaveScreenshot(`${name}-${size.width}-${colorScheme}.png`, agreed)
    }
  }
  const go = async (path: string) => {
    await app.evaluate((to) => (location.hash = to), path)
    await expect(app.getByRole('heading', { level: 1 }).first()).toBeVisible()
    await expect.poll(() => app.evaluate(() => [...document.images].every((image) => image.complete))).toBe(true)
  }
  await expect(app.getByRole('button', { name: /Choose an image folder/ })).toBeVisible()
  await look('first-run')
  await preparedProject(api, join(fixtures, 'clothes'))
  await labelSome(api, names, 5)
  await app.reload()
  await app.getByRole('button', { name: 'No more tips' }).click()
  await go('#/images')
  await app.getByRole('combobox', { name: 'Sort' }).click()
  await app.getByRole('option', { name: 'By path' }).click()
  await look('images')
  await app.evaluate((css) => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
    document.adoptedStyleSheets.push(sheet)
  }, veil)
  await go('#/label')
  await expect(app.getByRole('grid', { name: 'Clusters' }).locator('img').first()).toBeAttached()
  await look('clusters')
  await go('#/review')
  await expect(app.getByRole('grid', { name: 'Guesses' }).locator('img').first()).toBeAttached()
  await look('review')
  await go('#/export')
  await expect(app.getByRole('button', { name: 'Export', exact: true })).toBeEnabled()
  await look('export')
})

/** Draws every page for looking at, into out/screenshots: wide and narrow, light and dark; and the pictures of the README. Run by `npm run screenshots`. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { jobsDone, labelSome, preparedProject } from './client'
import { expect, fixtures, root, test } from './host'

const data = process.env['HANDFUL_DATA']
const photos = data ? join(data, 'clothing_small') : ''
const folder = existsSync(photos) ? photos : join(fixtures, 'clothes')
const target = join(root, 'out/screenshots')
/** Pages in the README, by their names there. */
const pictures = { clusters: 'label', map: 'map', clean: 'clean' }
const sizes = [
  { width: 1440, height: 900 },
  { width: 1024, height: 700 },
]

test('every page', async ({ app, api }) => {
  test.setTimeout(600_000)
  const shoot = async (name: string) => {
    for (const size of sizes)
      for (const colorScheme of ['light', 'dark'] as const) {
        await app.setViewportSize(size)
        await app.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        await app.mouse.move(0, 0)
        await expect.poll(() => app.evaluate(() => [...document.images].every((image) => image.complete))).toBe(true)
        await app.waitForTimeout(400)
        await app.screenshot({ path: join(target, `${name}-${size.width}-${colorScheme}.png`) })
      }
  }
  const go = async (path: string) => {
    await app.evaluate((hash) => (location.hash = hash), path)
    await expect(app.getByRole('heading', { level: 1 }).first()).toBeVisible()
  }

  await expect(app.getByRole('button', { name: /Choose an image folder/ })).toBeVisible()
  await shoot('first-run')
  await preparedProject(api, folder)
  const classes = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  await app.reload()
  await go('/label')
  await expect(app.getByRole('grid', { name: 'Clusters' }).getByRole('img').first()).toBeVisible()
  await shoot('clusters-begin')
  await api.pretrain.start({ task: 'auto', parameters: {}, seed: 0 })
  await jobsDone(api)
  await labelSome(
    api,
    classes.map(({ name }) => name),
    5,
  )
  await app.getByRole('button', { name: 'No more tips' }).click()
  for (const [path, name] of [
    ['/projects', 'projects'],
    ['/images', 'images'],
    ['/pretrain', 'pretrain'],
    ['/map', 'map'],
    ['/label', 'clusters'],
    ['/label/ask', 'ask'],
    ['/review', 'review'],
    ['/clean', 'clean'],
    ['/export', 'export'],
  ] as const) {
    await go(path)
    await app.waitForTimeout(800)
    await shoot(name)
  }
  for (const [page, name] of Object.entries(pictures)) {
    const drawn = sharp(join(target, `${page}-1440-light.png`))
    await drawn.png({ palette: true }).toFile(join(root, 'docs/images', `${name}.png`))
  }
})

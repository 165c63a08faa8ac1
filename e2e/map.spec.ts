/** The map: images as dots, a lasso that selects, a class for the selection, the way back, and the same selection in the grid. */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import sharp from 'sharp'
import type { Page } from '@playwright/test'
import { headLength } from '../src/renderer/map/bytes'
import { boundsOfPoints, fitted, toScreen } from '../src/renderer/map/camera'
import { preparedProject } from './client'
import { expect, fixtures, test } from './host'

/** The sample farthest from all others, and where it lies in a map of `size` that shows everything. */
async function loneliest(app: Page, size: { width: number; height: number }, covered: number) {
  const bytes = await app.evaluate(async () => [...new Uint8Array(await (await fetch('/media/map')).arrayBuffer())])
  const positions = new Float32Array(Uint8Array.from(bytes).buffer, headLength)
  const camera = fitted(boundsOfPoints(positions)!, size, covered)
  const places = Array.from({ length: positions.length / 2 }, (_, ordinal) =>
    toScreen(camera, size, positions[ordinal * 2]!, positions[ordinal * 2 + 1]!),
  )
  const alone = places.map((place, ordinal) =>
    Math.min(
      ...places.filter((_, other) => other !== ordinal).map(({ x, y }) => Math.max(Math.abs(x - place.x), Math.abs(y - place.y))),
    ),
  )
  const ordinal = alone.indexOf(Math.max(...alone))
  return { ordinal, ...places[ordinal]! }
}

test('a lasso on the map labels what it encloses', async ({ app, api }) => {
  await preparedProject(api, join(fixtures, 'clothes'))
  await app.reload()
  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Map' }).click()
  const map = app.getByRole('application', { name: /Map of the images/ })
  await expect(map).toBeVisible()
  await expect(app.getByText(/nearest neighbours stay neighbours/)).toBeVisible()
  await expect(app.getByRole('complementary', { name: 'Legend' })).toBeVisible()

  const card = app.getByRole('figure')
  // The map takes the room of what goes away below it.
  await expect(async () => {
    const box = (await map.boundingBox())!
    const { ordinal, x, y } = await loneliest(app, box, 214)
    const [row] = await api.samples.rows({ ordinals: [ordinal] })
    await app.mouse.move(box.x + x + 40, box.y + y + 40)
    await app.mouse.move(box.x + x, box.y + y)
    await expect(card.getByText(basename(row!.path))).toBeVisible({ timeout: 1000 })
    await expect(card.getByRole('img', { name: row!.path })).toBeVisible({ timeout: 1000 })
  }).toPass({ timeout: 60_000 })
  await expect(card).toContainText('Not labeled')
  const box = (await map.boundingBox())!
  await app.mouse.move(box.x + box.width / 2, box.y - 20)
  await expect(card).toHaveCount(0)

  await app.keyboard.press('b')
  // The index for picking is built beside the page: the box is drawn until it finds something.
  await expect(async () => {
    await app.mouse.move(box.x + 4, box.y + 4)
    await app.mouse.down()
    await app.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 })
    await app.mouse.move(box.x + box.width - 4, box.y + box.height - 4, { steps: 4 })
    await app.mouse.up()
    await expect(app.getByText(/images selected/)).toBeVisible({ timeout: 1000 })
  }).toPass()

  await app.getByRole('combobox', { name: 'Class name' }).fill('clothes')
  await app.getByRole('option').first().waitFor()
  await app.keyboard.press('Enter')
  await expect.poll(async () => (await api.projects.state())!.counts.labeled).toBeGreaterThan(50)

  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Images' }).click()
  await expect(app.getByText(/images selected/)).toBeVisible()
  await app.getByRole('button', { name: 'Clear selection' }).click()
  await expect(app.getByText(/images selected/)).toBeHidden()
})

test('images that look alike are found by one of them, and by one from outside', async ({ app, api }) => {
  await preparedProject(api, join(fixtures, 'clothes'))
  await app.reload()
  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Images' }).click()
  const grid = app.getByRole('grid', { name: 'Images' })
  await grid.getByRole('gridcell').first().click()
  await app.getByRole('button', { name: 'Find similar' }).click()
  await expect(app.getByRole('group', { name: 'Search by likeness' })).toBeVisible()
  await expect(grid.getByRole('gridcell').first().getByRole('img')).toBeVisible()

  const outside = join(fixtures, 'clothes/trouser/00003.png')
  await app.locator('input[type=file]').setInputFiles(outside)
  await expect(app.getByRole('group', { name: 'Search by likeness' }).getByTitle(/00003.png/)).toBeVisible()
  await app.getByRole('button', { name: 'End the search' }).click()

  const drop = async (file: string, type: string) => {
    const files = await app.evaluateHandle(
      ([content, name, type]) => {
        const transfer = new DataTransfer()
        const bytes = Uint8Array.from(atob(content!), (character) => character.charCodeAt(0))
        transfer.items.add(new File([bytes], name!, { type: type! }))
        return transfer
      },
      [readFileSync(file, 'base64'), basename(file), type],
    )
    const dropZone = app.getByText('Drop images here')
    await grid.dispatchEvent('dragover', { dataTransfer: files })
    await expect(dropZone).toBeVisible()
    await grid.dispatchEvent('drop', { dataTransfer: files })
    await expect(dropZone).toBeHidden()
  }
  await drop(import.meta.filename, 'text/plain')
  await expect(app.getByRole('alert')).toContainText('map.spec.ts: Not an image.')
  await drop(outside, 'image/png')
  await expect(app.getByRole('group', { name: 'Search by likeness' }).getByTitle(/00003.png/)).toBeVisible()
  await expect(grid.getByRole('gridcell').first().getByRole('img')).toHaveAttribute('alt', /^trouser\/00003\.png/)
  await app.getByRole('button', { name: 'End the search' }).click()
  await expect(app.getByRole('group', { name: 'Search by likeness' })).toBeHidden()

  const { vector } = await api.samples.embed({
    image: new Blob([readFileSync(outside)]),
    name: '00003.png',
  })
  const { rows } = await api.samples.page({
    query: { similar: { like: [], unlike: [], vectors: [vector] }, sort: 'similarity', descending: false },
    offset: 0,
    limit: 1,
  })
  expect(rows[0]!.path).toBe('trouser/00003.png')
})

test('the map is a picture to keep: every dot, density lines and names', async ({ app, api }) => {
  await preparedProject(api, join(fixtures, 'clothes'))
  const { clusters } = await api.clusters.list({ granularity: 0.5 })
  await app.reload()
  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Map' }).click()
  await expect(app.getByRole('complementary', { name: 'Legend' })).toBeVisible()
  const saved = async (format: string) => {
    const coming = app.waitForEvent('download')
    await app.getByRole('button', { name: 'Save as a picture' }).click()
    await app.getByRole('menuitem', { name: format }).click()
    return readFileSync(await (await coming).path())
  }
  /** Pixels that are not the ground. */
  const drawn = async (png: Buffer) => {
    const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const ground = data.subarray(0, 3)
    let count = 0
    for (let at = 0; at < data.length; at += 3) if (!data.subarray(at, at + 3).equals(ground)) count++
    return { count, width: info.width }
  }
  const plain = await drawn(await saved('PNG image'))
  expect(plain.width).toBeGreaterThan(600)
  expect(plain.count).toBeGreaterThan(500)
  await app.getByRole('button', { name: 'Show on the map' }).click()
  await app.getByRole('menuitem', { name: 'Density lines' }).click()
  // Contours are computed beside the page.
  await expect(async () => expect((await drawn(await saved('PNG image'))).count).not.toBe(plain.count)).toPass()

  const svg = (await saved('SVG drawing')).toString()
  const { samples } = (await api.projects.state())!.counts
  expect(svg.match(/<circle /g)).toHaveLength(samples)
  const names = [...svg.matchAll(/<text [^>]*>([^<]*)<\/text>/g)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(0)
  expect(names.length).toBeLessThanOrEqual(clusters.length)
})

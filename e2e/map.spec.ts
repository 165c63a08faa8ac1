/** The map: images as dots, a lasso that selects, a class for the selection, the way back, and the same selection in the grid. */
import { preparedProject } from './client'
import { expect, fixtures, test } from './host'
import { join } from 'node:path'

test('a lasso on the map labels what it encloses', async ({ app, api }) => {
  await preparedProject(api, join(fixtures, 'clothes'))
  await app.reload()
  await app.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name: 'Map' }).click()
  const map = app.getByRole('application', { name: /Map of the images/ })
  await expect(map).toBeVisible()
  await expect(app.getByText(/nearest neighbours stay neighbours/)).toBeVisible()
  await expect(app.getByRole('complementary', { name: 'Legend' })).toBeVisible()

  const box = (await map.boundingBox())!
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
  await expect(app.getByRole('group', { name: 'Search by likeness' })).toBeHidden()

  const { vector } = await api.samples.embed({
    image: new Blob([await (await import('node:fs/promises')).readFile(outside)]),
    name: '00003.png',
  })
  const { rows } = await api.samples.page({
    query: { similar: { like: [], unlike: [], vectors: [vector] }, sort: 'similarity', descending: false },
    offset: 0,
    limit: 1,
  })
  expect(rows[0]!.path).toBe('trouser/00003.png')
})

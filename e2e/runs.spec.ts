/** Two runs compared on real images: what the labels say of them, and their embeddings side by side. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { jobsDone, labelSome, preparedProject } from './client'
import { expect, fixtures, test } from './host'
import { Person } from './person'

test('runs are ranked by labels, and the same image is found in the embeddings of both', async ({ app, api }) => {
  const folder = join(fixtures, 'clothes')
  await preparedProject(api, folder)
  await app.reload()
  await new Person(app).goTo('Pretrain')
  await expect(app.getByRole('region', { name: 'Embeddings side by side' })).toHaveCount(0)
  await api.pretrain.start({ task: 'pixels' })
  await jobsDone(api)
  await expect(app.getByText('Your labels are too few to say which run is best')).toBeVisible()

  await labelSome(api, readdirSync(folder), 4)
  await expect(app.getByText(/By your \d+ labels, .+ \(95 % interval/)).toBeVisible()
  const maps = app.getByRole('region', { name: 'Embeddings side by side' })
  const [left, right] = [maps.getByRole('application').first(), maps.getByRole('application').nth(1)]
  await expect(right).toBeVisible()
  const before = await right.screenshot()
  await left.scrollIntoViewIfNeeded()
  const { x, y, width, height } = (await left.boundingBox())!
  const pointed = maps.getByRole('status').locator('img')
  for (let at = 0; at < 400 && !(await pointed.isVisible()); at++) {
    await app.mouse.move(x + ((at % 20) + 0.5) * (width / 20), y + (Math.floor(at / 20) + 0.5) * (height / 20))
  }
  await expect(pointed).toBeVisible()
  expect((await right.screenshot()).equals(before)).toBe(false)
  await left.press('Escape')
  await expect(pointed).toHaveCount(0)
  await left.press('ArrowRight')
  await expect(pointed).toHaveAttribute('alt', /\.png$/)
})

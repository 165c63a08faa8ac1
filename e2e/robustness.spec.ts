/** Bad folders, bad files and a host that dies: the page says what is wrong in words, and nothing is lost. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { jobsDone, labelSome, preparedProject, signIn } from './client'
import { expect, fixtures, startWebHost, test } from './host'
import { Person } from './person'

const bag = join(fixtures, 'clothes/bag')

test('a folder of good, broken, doubled and oddly named files', async ({ app, api, home, answerDialog }) => {
  const folder = join(home, 'mixed folder')
  cpSync(bag, join(folder, 'Taschen – ünïcode'), { recursive: true })
  cpSync(bag, join(folder, 'copies'), { recursive: true })
  mkdirSync(join(folder, 'looks like.png'))
  writeFileSync(join(folder, 'empty.png'), '')
  writeFileSync(join(folder, 'words.jpg'), 'not an image')
  writeFileSync(join(folder, 'notes.txt'), 'not meant to be an image')

  await new Person(app).beginWith(folder, answerDialog)
  await jobsDone(api)
  await expect(app.getByRole('grid', { name: 'Images' }).getByRole('gridcell')).not.toHaveCount(0)
  expect((await api.projects.state())!.counts).toMatchObject({ samples: 24, files: 48, quarantined: 2 })

  await app.getByRole('tab', { name: /Quarantine/ }).click()
  await expect(app.getByText('empty.png')).toBeVisible()
  await expect(app.getByText('words.jpg')).toBeVisible()
  await app.getByRole('tab', { name: /Duplicates/ }).click()
  await expect(app.getByText('24 images').first()).toBeVisible()
})

test('folders that cannot be used are refused in words', async ({ app, home, answerDialog }) => {
  mkdirSync(join(home, 'nothing here'))
  const person = new Person(app)
  await app.getByRole('button', { name: /Choose an image folder/ }).click()
  const path = app.getByRole('textbox', { name: 'Folder path' })
  await expect(path).not.toHaveValue('')
  await path.fill(join(home, 'not there'))
  await path.press('Enter')
  await expect(app.getByText('not there does not exist.')).toBeVisible()
  await path.fill(join(bag, '00030.png'))
  await path.press('Enter')
  await expect(app.getByText('00030.png is not a folder.')).toBeVisible()
  await app.keyboard.press('Escape')

  await app.getByRole('button', { name: /Choose an image folder/ }).click()
  await path.fill(join(home, 'nothing here'))
  await path.press('Enter')
  await expect(app.getByRole('navigation', { name: 'Where you are' }).getByRole('button').last()).toHaveText('nothing here')
  await app.getByRole('button', { name: 'Use this folder' }).click()
  await app.getByRole('button', { name: 'Create project' }).click()
  await expect(app.getByText(/nothing here holds no files\./)).toBeVisible()
  await app.keyboard.press('Escape')
  await person.beginWith(bag, answerDialog)
})

test('a project that is open elsewhere is refused, and its labels outlive a killed host', async ({ home }) => {
  const first = await startWebHost(home)
  const { api, close } = await signIn(first.address())
  await preparedProject(api, join(fixtures, 'clothes'))
  await labelSome(api, ['bag', 'dress'], 3)
  const { folder } = (await api.projects.state())!

  const second = await startWebHost(home)
  const other = await signIn(second.address())
  await expect(other.api.projects.open({ folder })).rejects.toThrow('is open in another Handful')

  first.process.kill('SIGKILL')
  await expect
    .poll(() =>
      other.api.projects.open({ folder }).then(
        ({ counts }) => counts.labeled,
        () => 0,
      ),
    )
    .toBe(6)
  expect(await other.api.samples.page({ query: { labeled: true }, offset: 0, limit: 10 })).toMatchObject({ total: 6 })
  close()
  other.close()
  await second.stop()
})

test('the page says that the host is gone', async ({ home, browser }) => {
  const host = await startWebHost(home)
  const page = await browser.newPage()
  await page.goto(host.address())
  await expect(page.getByRole('button', { name: /Choose an image folder/ })).toBeVisible()
  host.process.kill('SIGKILL')
  await expect(page.getByText('The connection to Handful was lost. Reconnecting…')).toBeVisible()
  await page.close()
})

/** The main job, end to end: a folder of images becomes a table of labels after a handful was labeled. */
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect, fixtures, test } from './host'
import { folderOf, Person } from './person'

interface Folder {
  root: string
  images: number
  classes: number
  /** Questions answered one by one. */
  answers: number
  /** Share of the exported rows that must name the right folder. */
  accuracy: number
}

const folders: Folder[] = [
  // Fashion-MNIST reaches 0.79 at 50 labels among 10,000 images of ten classes; these are five that differ clearly.
  // Guessing the largest class would give 0.2, so 0.8 shows that naming, asking and spreading all did their part.
  { root: join(fixtures, 'clothes'), images: 120, classes: 5, answers: 25, accuracy: 0.8 },
]
for (const { root, images, classes, answers, accuracy } of folders)
  test(`${basename(root)}: import, pretrain, name a cluster, answer, spread, review, export`, async ({
    app,
    home,
    answerDialog,
  }) => {
    test.setTimeout(20 * 60_000) // pretraining takes what the machine takes
    const person = new Person(app)
    await person.beginWith(root, answerDialog)
    await expect(app.getByText(new RegExp(`\\b${images.toLocaleString('en')} images`)).first()).toBeVisible({ timeout: 300_000 })

    const board = await person.board()
    await board.focus()
    const first = board.getByRole('row').first().getByRole('img').first()
    await expect(first).toHaveAttribute('alt', /\//)
    await person.name(folderOf((await first.getAttribute('alt'))!))
    await expect(app.getByText(/labeled/).first()).toBeVisible()

    await app.getByRole('radio', { name: 'Next to ask' }).click()
    for (let answered = 0; answered < answers; answered++) {
      const path = await person.asked()
      await person.name(folderOf(path))
      await expect(app.getByText(`${answered + 1} answer`)).toBeVisible()
    }

    await person.goTo('Review')
    await expect(app.getByText('Guessed by')).toBeVisible({ timeout: 60_000 })
    await expect(app.getByText('Updating…')).toHaveCount(0)
    await expect(app.getByRole('radiogroup', { name: 'Guesses per class' }).getByRole('radio')).toHaveCount(classes + 1)
    await app.getByRole('button', { name: /^Accept \d/ }).click()

    await person.goTo('Export')
    await app.getByRole('textbox', { name: 'Folder', exact: true }).fill(home)
    await app.getByRole('textbox', { name: 'File name' }).fill('labels.csv')
    await app.getByRole('button', { name: 'Export', exact: true }).click()
    await expect(app.getByText('Exported', { exact: true })).toBeVisible({ timeout: 60_000 })

    const table = readFileSync(join(home, 'labels.csv'))
    const rows = parse<Record<'path' | 'label' | 'source', string>>(table, { columns: true, bom: true })
    expect(rows).toHaveLength(images)
    const sources = new Set(rows.map(({ source }) => source))
    expect([...sources].sort()).toEqual(['grouped', 'human', 'propagated'])
    const right = rows.filter(({ path, label }) => folderOf(path) === label).length
    expect(right / rows.length).toBeGreaterThanOrEqual(accuracy)
  })

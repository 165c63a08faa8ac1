/** What a person does in the app, in the words of the product; journeys are written with it. */
import { type Locator, type Page } from '@playwright/test'
import { basename } from 'node:path'
import { type AnswerDialog, expect } from './host'

/** Long enough for the slowest stage of a test's folder on a busy machine, ms. */
const patience = 600_000

export class Person {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  /** To a page of the workflow by the rail. */
  async goTo(name: 'Projects' | 'Images' | 'Pretrain' | 'Map' | 'Label' | 'Review' | 'Audit' | 'Export'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Workflow' }).getByRole('link', { name }).click()
    await expect(this.page.getByRole('heading', { name, level: 1 })).toBeVisible()
  }

  /** Makes a project of a folder: by the native dialog where `answerDialog` answers it, else in the app's own picker. */
  async beginWith(
    folder: string,
    answerDialog: AnswerDialog,
    labeling: 'One class' | 'Several classes' = 'One class',
  ): Promise<void> {
    const native = await answerDialog(folder)
    await this.page.getByRole('button', { name: /Choose an image folder|New project/ }).click()
    if (!native) {
      const picker = this.page.getByRole('dialog', { name: 'Choose the image folder' })
      const path = picker.getByRole('textbox', { name: 'Folder path' })
      await expect(path).not.toHaveValue('')
      await path.fill(folder)
      await path.press('Enter')
      await expect(picker.getByText(/images? here|No images directly here/)).toBeVisible()
      await expect(picker.getByRole('navigation', { name: 'Where you are' }).getByRole('button').last()).toHaveText(
        basename(folder),
      )
      await picker.getByRole('button', { name: 'Use this folder' }).click()
    }
    const dialog = this.page.getByRole('dialog', { name: 'New project' })
    if (labeling === 'Several classes') await dialog.getByRole('radio', { name: labeling }).click()
    await dialog.getByRole('button', { name: 'Create project' }).click()
    await expect(this.page.getByRole('heading', { name: 'Images', level: 1 })).toBeVisible()
  }

  /** The cluster board, once there is one. */
  async board(): Promise<Locator> {
    await this.goTo('Label')
    const board = this.page.getByRole('grid', { name: 'Clusters' })
    await expect(board.getByRole('row').first()).toBeVisible({ timeout: patience })
    return board
  }

  /** Gives what is at hand a class: by its number key when it has one, else by typing its name. */
  async name(name: string): Promise<void> {
    const chip = this.page.getByRole('list', { name: 'Classes' }).getByRole('button', { name: new RegExp(`\\b${name}\\b`) })
    if ((await chip.count()) > 0) {
      await chip.first().click()
      return
    }
    const input = this.page.getByRole('combobox', { name: 'Class name' })
    await input.fill(name)
    await this.page.getByRole('option').first().waitFor()
    await input.press('Enter')
    await expect(chip.first()).toBeVisible()
  }

  /** The path of the image that is asked about. */
  async asked(): Promise<string> {
    const path = this.page.locator('aside .path')
    await expect(path).not.toBeEmpty()
    return (await path.textContent())!.trim()
  }
}

/** The truth of the fixtures: the name of an image's folder. */
export const folderOf = (path: string) => path.split('/')[0]!

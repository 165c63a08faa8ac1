// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from 'vitest'
import { toGrid } from './to-grid'

let page: HTMLElement
let heard: string[]

beforeEach(() => {
  document.body.innerHTML = '<main tabindex="-1"><button>other</button><div role="grid" tabindex="0"></div></main>'
  page = document.querySelector('main')!
  heard = []
  document.querySelector('[role="grid"]')!.addEventListener('keydown', (event) => heard.push((event as KeyboardEvent).key))
})
afterEach(() => (document.body.innerHTML = ''))

const press = (key: string, more: KeyboardEventInit = {}) => toGrid(new KeyboardEvent('keydown', { key, ...more }), page)

it('hands arrows to the grid while nothing has the focus, and the focus with them', () => {
  expect(press('ArrowDown')).toBe(true)
  expect(heard).toEqual(['ArrowDown'])
  expect(document.activeElement?.getAttribute('role')).toBe('grid')
})

it('leaves keys to what has the focus, and other keys to the page', () => {
  expect(press('1')).toBe(false)
  expect(press('ArrowLeft', { altKey: true })).toBe(false)
  document.querySelector('button')!.focus()
  expect(press('Enter')).toBe(false)
  page.focus()
  expect(press('Enter')).toBe(true)
  expect(heard).toEqual(['Enter'])
})

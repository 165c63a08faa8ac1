/** SVG drawings through the one decode: nothing runs, nothing is loaded, nothing explodes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { corners, decode, upright } from './decoding.fixture'

const folder = mkdtempSync(join(tmpdir(), 'handful-drawing-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('drawings: no scripts, nothing from outside, small ones drawn large', async () => {
  writeFileSync(join(folder, 'secret.png'), await upright.clone().png().toBuffer())
  const drawing = (inside: string) =>
    Buffer.from(
      `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="20" height="20">${inside}</svg>`,
    )
  const green = '<rect width="20" height="20" fill="#00ff00"/>'
  const outside = `<image xlink:href="file://${folder}/secret.png" width="20" height="20"/><image href="http://127.0.0.1:9/x.png" width="20" height="20"/>`
  const script = '<script>document.documentElement.remove()</script>'
  const image = await decode(drawing(green + script + outside), 'a.svg')
  expect(image).toMatchObject({ format: 'svg', width: 20, height: 20 })
  expect(new Set(corners(image.pixels).flat())).toEqual(new Set([0, 255]))
  const circle = await decode(drawing('<circle cx="10" cy="10" r="9"/>'), 'a.svg')
  expect((await sharp(circle.thumbnail.bytes).metadata()).width).toBe(192)
})

test('an entity bomb in a drawing ends quickly', async () => {
  const entities = Array.from({ length: 12 }, (_, level) => `<!ENTITY e${level + 1} "${`&e${level};`.repeat(10)}">`).join('')
  const bomb = `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e0 "x">${entities}]><svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&e12;</text></svg>`
  await decode(Buffer.from(bomb), 'a.svg').catch((cause: unknown) => expect(cause).toHaveProperty('code'))
}, 10_000)

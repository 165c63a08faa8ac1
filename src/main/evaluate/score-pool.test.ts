import { expect, it } from 'vitest'
import { imagesInMemory } from '../views/images'
import { holdBack, poolOf } from './score-pool'

const sourceOf = (count: number) =>
  imagesInMemory(
    Uint8Array.from({ length: count * 3 }, (_, at) => (at % 3 === 0 ? Math.floor(at / 3) : Math.floor(at / 3) >> 8)),
    1,
  )
const numberOf = (pixels: Uint8Array) => pixels[0]! + 256 * pixels[1]!

it('spares a share of a large folder: no image asked for is learned from, all others are', () => {
  const { learned, pool } = holdBack(sourceOf(2000))
  expect(pool.asked).toBe(100)
  expect(pool.images.count).toBe(400)
  expect(new Set(pool.positions).size).toBe(400)
  const seen = Array.from({ length: learned.count }, (_, at) => numberOf(learned.read([at])))
  const asked = [...pool.positions.subarray(0, pool.asked)]
  expect([...seen, ...asked].sort((a, b) => a - b)).toEqual(Array.from({ length: 2000 }, (_, at) => at))
  expect(numberOf(pool.images.read([250]))).toBe(pool.positions[250])
})

it('keeps to the same images whatever comes behind them, up to a bound', () => {
  const [some, more] = [holdBack(sourceOf(700)).pool, holdBack(sourceOf(900)).pool]
  expect([some.asked, more.asked]).toEqual([64, 64])
  expect(more.positions.subarray(0, 64)).toEqual(some.positions.subarray(0, 64))
  expect(holdBack(sourceOf(20_000)).pool).toMatchObject({ asked: 400, images: { count: 400 } })
})

it('spares nothing of a small folder, and asks for each image of the pool', () => {
  const images = sourceOf(500)
  const { learned, pool } = holdBack(images)
  expect(learned).toBe(images)
  expect(pool).toMatchObject({ asked: 400, images: { count: 400 } })
  expect(poolOf(sourceOf(5), 400).positions).toEqual(Uint32Array.of(0, 1, 2, 3, 4))
})

import { expect, it } from 'vitest'
import { random } from '../engine/random'
import { relight } from './relight'

const how = { brightness: 0.4, contrast: 0.4, saturation: 0.4, tint: 0.15 }

/** One change after the other, as their names say. */
function stepByStep(pixels: Float32Array, grey: number, draws: ReturnType<typeof random>): number[] {
  const factor = (range: number) => 1 + draws.between(-range, range)
  const [brightness, contrast, saturation] = [factor(how.brightness), factor(how.contrast), factor(how.saturation)]
  const gains = [factor(how.tint), factor(how.tint), factor(how.tint)]
  const isLost = draws.next() < grey
  const mean = pixels.reduce((sum, value) => sum + value, 0) / pixels.length
  const lit = [...pixels].map((value) => ((value - mean) * contrast + mean) * brightness)
  const isGrey = pixels.every((value, at) => value === pixels[at - (at % 3)])
  if (isGrey) return lit
  const meanOf = (values: number[], at: number) => {
    const [red, green, blue] = values.slice(at - (at % 3), at - (at % 3) + 3) as [number, number, number]
    return (red + green + blue) / 3
  }
  const saturated = lit.map((value, at) => (value - meanOf(lit, at)) * saturation + meanOf(lit, at))
  const tinted = saturated.map((value, at) => value * gains[at % 3]!)
  return isLost ? tinted.map((_, at) => meanOf(tinted, at)) : tinted
}

it.each([
  { title: 'colours', grey: 0, colourless: false },
  { title: 'colours that are lost', grey: 1, colourless: false },
  { title: 'grey images', grey: 0.5, colourless: true },
])('is contrast, brightness, saturation and tint one after the other, for $title', ({ grey, colourless }) => {
  for (let trial = 0; trial < 20; trial++) {
    const draws = random(trial)
    const pixels = Float32Array.from({ length: 300 }, () => draws.between(0, 255))
    if (colourless) pixels.forEach((_, at) => (pixels[at] = pixels[at - (at % 3)]!))
    const expected = stepByStep(pixels, grey, random(trial, 1))
    relight(pixels, { ...how, grey }, random(trial, 1))
    pixels.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 3))
  }
})

/** The rule for the input size. */
import { expect, test } from 'vitest'
import { inputSizeFor } from './input-size'

test.each([
  [[28, 28, 28], 32],
  [[40, 40, 4000], 32],
  [[28, 41, 41], 64],
  [[4000, 3000], 64],
  [[], 64],
])('longer sides %j ask for %d px', (sides, size) => expect(inputSizeFor(sides)).toBe(size))

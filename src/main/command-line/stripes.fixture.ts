/** Small images of known classes: stripes in three directions, with noise. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'

const side = 24

export async function writeStripes(root: string, perClass: number): Promise<void> {
  for (const kind of [0, 1, 2]) {
    const folder = join(root, `class ${kind}`)
    mkdirSync(folder, { recursive: true })
    for (let index = 0; index < perClass; index++) {
      const raw = { width: side, height: side, channels: 1 as const }
      await sharp(pixels(kind, index), { raw })
        .png()
        .toFile(join(folder, `${kind}-${index}.png`))
    }
  }
}

function pixels(kind: number, index: number): Buffer {
  const values = Buffer.alloc(side * side)
  let noise = kind * 1000 + index + 1
  for (let at = 0; at < values.length; at++) {
    noise = (noise * 1103515245 + 12345) % 2147483648
    const [x, y] = [at % side, Math.floor(at / side)]
    const wave = [x, y, x + y][kind]! + index
    values[at] = (wave % 8 < 4 ? 60 : 180) + (noise % 40)
  }
  return values
}

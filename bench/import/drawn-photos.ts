/** Pictures with the statistics of photos, for machines without any: soft shapes and noise, 640 × 480, as JPEG. */
import sharp from 'sharp'

export async function drawnPhotos(count: number): Promise<{ name: string; bytes: Buffer }[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const shape = (at: number) => {
        const [x, y, radius, hue] = [41, 67, 29, 97].map((factor) => ((index + 1) * factor * (at + 1)) % 360)
        return `<circle cx="${x! * 1.8}" cy="${y! * 1.3}" r="${radius! / 2 + 20}" fill="hsl(${hue!} 60% 50%)"/>`
      }
      const shapes = Array.from({ length: 12 }, (_, at) => shape(at)).join('')
      const drawing = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="480"><rect width="640" height="480" fill="#777"/>${shapes}</svg>`
      const noise = {
        create: { width: 640, height: 480, channels: 3, noise: { type: 'gaussian', mean: 128, sigma: 25 } },
      } as const
      const grain = await sharp({ ...noise, create: { ...noise.create, background: '#808080' } })
        .png()
        .toBuffer()
      const bytes = await sharp(Buffer.from(drawing))
        .composite([{ input: grain, blend: 'soft-light' }])
        .jpeg({ quality: 88 })
        .toBuffer()
      return { name: `${index}.jpg`, bytes }
    }),
  )
}

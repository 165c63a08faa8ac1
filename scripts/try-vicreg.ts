import { readdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { tasks } from '../src/main/ssl/registry'
import { imagesInMemory } from '../src/main/views/images'
import { embedAll } from '../src/main/encoders/embed'
const [, , root, taskId, minutes, sizeText, extra] = process.argv
const size = Number(sizeText)
const files: string[] = [], labels: number[] = []
readdirSync(root!).filter((d) => !d.startsWith('.') ).forEach((c, at) => { try { for (const f of readdirSync(join(root!, c))) { files.push(join(root!, c, f)); labels.push(at) } } catch {} })
const px = new Uint8Array(files.length * size * size * 3)
let n = 0; const lab: number[] = []
for (let i = 0; i < files.length; i++) { try { const b = await sharp(files[i]).flatten().toColourspace('srgb').resize(size, size, { fit: 'contain' }).removeAlpha().raw().toBuffer(); if (b.length !== size*size*3) continue; px.set(b, n * size * size * 3); lab.push(labels[i]!); n++ } catch {} }
const images = imagesInMemory(px.subarray(0, n * size * size * 3), size)
const task = tasks.find((t) => t.descriptor.id === taskId)!
const folder = mkdtempSync('/tmp/vic-')
const parameters = task.descriptor.parameters.parse(JSON.parse(extra ?? '{}'))
const t0 = performance.now()
const it = task.fit({ images, seed: 0, parameters, threads: 2, folder, minutes: minutes === '0' ? undefined : Number(minutes) })
let last = 0, enc
for (;;) { const e = await it.next(); if (e.done) { enc = e.value; break } if (performance.now() - last > 10000) { last = performance.now(); console.error(JSON.stringify(e.value)) } }
const secs = (performance.now() - t0) / 1000
const d = enc.dimensions
for (const mode of ['raw', 'centred']) {
  const x = await embedAll(enc.model, images, 2)
  if (mode === 'centred') for (let j = 0; j < d; j++) { let m = 0, s = 0; for (let i = 0; i < n; i++) m += x[i*d+j]! / n; for (let i = 0; i < n; i++) s += (x[i*d+j]! - m) ** 2 / n; for (let i = 0; i < n; i++) x[i*d+j] = (x[i*d+j]! - m) / (Math.sqrt(s) + 1e-6) }
  for (let i = 0; i < n; i++) { let s = 0; for (let j = 0; j < d; j++) s += x[i*d+j]! ** 2; s = 1 / Math.sqrt(s + 1e-12); for (let j = 0; j < d; j++) x[i*d+j]! *= s }
  let ok = 0
  for (let i = 0; i < n; i++) { const top: [number, number][] = []; for (let k = 0; k < n; k++) { if (k === i) continue; let s = 0; for (let j = 0; j < d; j++) s += x[i*d+j]! * x[k*d+j]!; top.push([s, lab[k]!]) } top.sort((a, b) => b[0] - a[0]); const votes: Record<number, number> = {}; for (const [s, l] of top.slice(0, 5)) votes[l] = (votes[l] ?? 0) + s; const best = Object.entries(votes).sort((a, b) => b[1] - a[1])[0]![0]; if (Number(best) === lab[i]) ok++ }
  console.log(root, taskId, mode, 'n', n, 'knn', (ok / n * 100).toFixed(1), 'seconds', secs.toFixed(0))
}
console.log(enc.notes.join(' '))

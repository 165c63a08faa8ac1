/** The map as it is drawn: dots from afar, thumbnails up close, contours, marks; drawn when something changed, once per frame. */
import { boundsOfPolygon, inPolygon, type Polygon } from '@shared/polygon'
import KDBush from 'kdbush'
import { boundsOf, toScreen, type Camera, type Size } from './camera'
import { Dots } from './dots'
import { Thumbs, type Spot } from './thumbs'

/** Dots drawn while the view moves on a machine without a graphics card. */
const fewest = 30_000
/** A frame that took longer than this is followed by one with fewer dots, ms. */
const slowFrame = 34
/** Side of a thumbnail in CSS px: they grow with the screen, so that there are no more of them than can be looked at. */
const thumbSide = ({ width, height }: Size) => Math.max(46, Math.min(96, Math.round(Math.sqrt(width * height) / 24)))
/** Between the edges of two, CSS px. */
const thumbGap = 6
/** Thumbnails appear where no more dots than this are in view. */
const mostInView = 3000
const restAfter = 160

export interface Look {
  camera: Camera
  size: Size
  contours: boolean
  thumbnails: boolean
  selected: ReadonlySet<number>
  hovered: number | null
  pinned: number | null
  /** 0–1 each. */
  ink: readonly number[]
  accent: readonly number[]
}

export class Scene {
  readonly positions: Float32Array
  readonly #canvas: HTMLCanvasElement
  readonly #gl: WebGL2RenderingContext
  readonly #dots: Dots
  readonly #thumbs: Thumbs
  readonly #worker: Worker
  #index: KDBush | null = null
  #colors: Uint8Array<ArrayBuffer> | null = null
  #look: Look | null = null
  #frame = 0
  #rest: ReturnType<typeof setTimeout> | undefined
  #budget = Infinity
  #drawnAt = 0
  /** Drawn as thumbnails, the uppermost last. */
  #seen: number[] = []
  readonly #onThumbs: (ordinals: number[]) => void

  /** @throws when the browser gives no WebGL2 */
  constructor(
    canvas: HTMLCanvasElement,
    positions: Float32Array,
    address: (ordinal: number) => string,
    onThumbs: (ordinals: number[]) => void,
  ) {
    const gl = canvas.getContext('webgl2', { alpha: true, antialias: false, premultipliedAlpha: true })
    if (!gl) throw new Error('no WebGL2')
    this.#canvas = canvas
    this.#gl = gl
    this.positions = positions
    this.#onThumbs = onThumbs
    this.#dots = new Dots(gl, positions, shuffled(positions))
    this.#thumbs = new Thumbs(gl, address, () => this.#draw())
    this.#worker = new Worker(new URL('./index-worker.ts', import.meta.url), { type: 'module' })
    this.#worker.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
      this.#index = KDBush.from(data)
      this.#draw()
    }
    this.#worker.postMessage(positions)
    gl.enable(gl.BLEND)
    gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA)
  }

  color(colors: Uint8Array<ArrayBuffer>): void {
    this.#colors = colors
    this.#dots.color(colors)
    this.#draw()
  }

  contours(segments: Float32Array): void {
    this.#dots.contours(segments)
    this.#draw()
  }

  look(look: Look): void {
    const moved = this.#look && this.#look.camera !== look.camera
    this.#look = look
    if (moved) {
      clearTimeout(this.#rest)
      this.#rest = setTimeout(() => this.#draw(true), restAfter)
    } else this.#budget = Infinity
    this.#draw()
  }

  /** The sample whose thumbnail is seen at a place, else the nearest within `reach` CSS pixels. */
  pick(x: number, y: number, reach: number): number | null {
    if (!this.#index || !this.#look) return null
    const { camera, size } = this.#look
    const half = thumbSide(size) / 2 / camera.scale
    const covers = (ordinal: number) =>
      Math.max(Math.abs(this.positions[ordinal * 2]! - x), Math.abs(this.positions[ordinal * 2 + 1]! - y)) <= half
    const seen = this.#seen.findLast(covers)
    if (seen !== undefined) return seen
    const radius = reach / camera.scale
    const away = (ordinal: number) => Math.hypot(this.positions[ordinal * 2]! - x, this.positions[ordinal * 2 + 1]! - y)
    const found = this.#index.within(x, y, radius)
    return found.length > 0 ? found.reduce((best, ordinal) => (away(ordinal) < away(best) ? ordinal : best)) : null
  }

  inside(polygon: Polygon): number[] {
    const { left, right, bottom, top } = boundsOfPolygon(polygon)
    const near = this.#index?.range(left, bottom, right, top) ?? []
    return near.filter((ordinal) => inPolygon(polygon, this.positions[ordinal * 2]!, this.positions[ordinal * 2 + 1]!))
  }

  /** The picture as it is, drawn anew with every dot. */
  picture(): HTMLCanvasElement {
    this.#render(true)
    return this.#canvas
  }

  close(): void {
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#rest)
    this.#thumbs.close()
    this.#worker.terminate()
  }

  /** For good: browsers keep few contexts. */
  release(): void {
    this.close()
    this.#gl.getExtension('WEBGL_lose_context')?.loseContext()
  }

  #draw(whole = false): void {
    if (whole) this.#budget = Infinity
    if (this.#frame) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#render(false)
    })
  }

  #render(whole: boolean): void {
    const look = this.#look
    if (!look || look.size.width === 0 || this.#gl.isContextLost()) return
    const now = performance.now()
    const count = this.positions.length / 2
    // A software renderer is waited for: the time between frames says what it can do.
    if (now - this.#drawnAt < restAfter && now - this.#drawnAt > slowFrame)
      this.#budget = Math.max(fewest, Math.min(this.#budget, count) / 2)
    this.#drawnAt = now
    const ratio = Math.min(2, devicePixelRatio)
    const [width, height] = [Math.round(look.size.width * ratio), Math.round(look.size.height * ratio)]
    if (this.#canvas.width !== width || this.#canvas.height !== height) Object.assign(this.#canvas, { width, height })
    const gl = this.#gl
    gl.viewport(0, 0, width, height)
    gl.clearColor(0, 0, 0, 0)
    gl.clear(gl.COLOR_BUFFER_BIT)
    const { camera, size } = look
    const diameter = dotDiameter(camera, count)
    const strength = look.selected.size > 0 ? 0.35 : 1
    if (look.contours) this.#dots.drawContours(camera, size, ratio, look.ink)
    if (this.#colors) this.#dots.draw(camera, size, ratio, { diameter, strength, ring: 0 }, whole ? Infinity : this.#budget)
    this.#seen = look.thumbnails && this.#index ? this.#thumbs.draw(camera, size, thumbSide(size), this.#spots(look)) : []
    this.#onThumbs(this.#seen)
    this.#drawMarks(look, ratio, diameter, new Set(this.#seen))
  }

  #drawMarks(look: Look, ratio: number, diameter: number, withThumb: Set<number>): void {
    const { camera, size, selected, hovered, pinned, accent, ink } = look
    const chosen = [...selected].filter((ordinal) => !withThumb.has(ordinal))
    if (chosen.length > 0)
      this.#dots.drawMarks(camera, size, ratio, { diameter: diameter + 3, strength: 1, ring: 0 }, this.#placesOf(chosen), accent)
    for (const [ordinal, wide] of [
      [hovered, 0],
      [pinned, 4],
    ] as const) {
      if (ordinal === null) continue
      const style = { diameter: withThumb.has(ordinal) ? thumbSide(size) * 1.5 : diameter + 10 + wide, strength: 1, ring: 0.8 }
      this.#dots.drawMarks(camera, size, ratio, style, this.#placesOf([ordinal]), wide ? accent : ink)
    }
  }

  #placesOf(ordinals: number[]): Float32Array {
    const places = new Float32Array(ordinals.length * 2)
    ordinals.forEach((ordinal, at) => places.set(this.positions.subarray(ordinal * 2, ordinal * 2 + 2), at * 2))
    return places
  }

  /** One thumbnail per square of the screen: the selected ones first, then as they lie in the index. */
  #spots({ camera, size, selected }: Look): Spot[] {
    const { left, right, bottom, top } = boundsOf(camera, size)
    const near = this.#index!.range(left, bottom, right, top)
    if (near.length === 0 || near.length > mostInView) return []
    near.sort((a, b) => Number(selected.has(b)) - Number(selected.has(a)) || a - b)
    const room = thumbSide(size) + thumbGap
    const taken = new Set<number>()
    const spots: Spot[] = []
    for (const ordinal of near) {
      const [x, y] = [this.positions[ordinal * 2]!, this.positions[ordinal * 2 + 1]!]
      const at = toScreen(camera, size, x, y)
      const square = Math.floor(at.y / room) * 4096 + Math.floor(at.x / room)
      if (taken.has(square)) continue
      taken.add(square)
      const color = this.#colors?.subarray(ordinal * 4, ordinal * 4 + 3) ?? [0, 0, 0]
      spots.push({ ordinal, x, y, border: [color[0]!, color[1]!, color[2]!, selected.has(ordinal) ? 255 : 110] })
    }
    return spots
  }
}

/** Smaller where there are many, growing as one comes near. */
function dotDiameter({ scale }: Camera, count: number): number {
  const base = count > 300_000 ? 2 : count > 30_000 ? 2.6 : count > 3000 ? 4 : 6
  return Math.min(12, base * Math.max(1, (scale / 40) ** 0.5))
}

/** Ordinals that are placed, in a fixed random order. */
function shuffled(positions: Float32Array): Uint32Array {
  const order = new Uint32Array(positions.length / 2)
  let count = 0
  for (let ordinal = 0; ordinal < order.length; ordinal++) if (!Number.isNaN(positions[ordinal * 2]!)) order[count++] = ordinal
  let state = 0x9e3779b9
  for (let at = count - 1; at > 0; at--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const other = Math.floor((state / 2 ** 32) * (at + 1))
    const kept = order[at]!
    order[at] = order[other]!
    order[other] = kept
  }
  return order.slice(0, count)
}

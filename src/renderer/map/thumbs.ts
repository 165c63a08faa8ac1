/** Thumbnails on the map, up close: an atlas of tiles on the graphics card, the least recently drawn ones make room. */
import type { Camera, Size } from './camera'
import { bindAttribute, programOf } from './gl'

const tile = 96
const perSide = 24
/** Thumbnails that the atlas holds, and so the most on screen. */
export const atlasCapacity = perSide * perSide
const mostFetching = 12

const vertex = `
layout(location = 0) in vec2 corner;
layout(location = 1) in vec4 spot;
layout(location = 2) in vec4 border;
uniform vec2 middle; uniform vec2 toClip; uniform vec2 pixel; uniform float side; uniform float shares;
out vec2 inAtlas; out vec2 inTile; out vec4 frame;
void main() {
  vec2 anchor = (spot.xy - middle) * toClip;
  gl_Position = vec4(anchor + corner * side * pixel, 0.0, 1.0);
  inTile = vec2(corner.x + 0.5, 0.5 - corner.y);
  inAtlas = (spot.zw + inTile) * shares;
  frame = border;
}`
const fragment = `
in vec2 inAtlas; in vec2 inTile; in vec4 frame; uniform sampler2D atlas; uniform float edge; out vec4 pixel;
void main() {
  vec2 inner = min(inTile, 1.0 - inTile);
  vec4 color = texture(atlas, inAtlas);
  pixel = min(inner.x, inner.y) < edge * frame.a ? vec4(frame.rgb, 1.0) : vec4(color.rgb, 1.0);
}`

export interface Spot {
  ordinal: number
  x: number
  y: number
  /** Edge in the colour of the sample; 0–255 each, the last one its width: 255 twice as wide as 128. */
  border: readonly [number, number, number, number]
}

export class Thumbs {
  readonly #gl: WebGL2RenderingContext
  readonly #program: WebGLProgram
  readonly #texture: WebGLTexture
  readonly #corners: WebGLBuffer
  readonly #spots: WebGLBuffer
  readonly #borders: WebGLBuffer
  readonly #address: (ordinal: number) => string
  readonly #arrived: () => void
  /** Tile of each ordinal, least recently drawn first. */
  readonly #tiles = new Map<number, number>()
  readonly #fetching = new Set<number>()
  readonly #failed = new Set<number>()
  #closed = false

  /** @param arrived something new can be drawn */
  constructor(gl: WebGL2RenderingContext, address: (ordinal: number) => string, arrived: () => void) {
    this.#gl = gl
    this.#address = address
    this.#arrived = arrived
    this.#program = programOf(gl, vertex, fragment)
    this.#corners = gl.createBuffer()
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#corners)
    gl.bufferData(gl.ARRAY_BUFFER, Float32Array.of(-0.5, -0.5, 0.5, -0.5, -0.5, 0.5, 0.5, 0.5), gl.STATIC_DRAW)
    this.#spots = gl.createBuffer()
    this.#borders = gl.createBuffer()
    this.#texture = gl.createTexture()
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.texStorage2D(gl.TEXTURE_2D, 1, gl.RGBA8, perSide * tile, perSide * tile)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR)
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.LINEAR)
  }

  /** Draws those that are there, fetches those that are not; answers the ordinals drawn. */
  draw(camera: Camera, size: Size, side: number, spots: Spot[]): number[] {
    const shown: Spot[] = []
    for (const spot of spots.slice(0, atlasCapacity)) {
      const known = this.#tiles.get(spot.ordinal)
      if (known === undefined) void this.#fetch(spot.ordinal)
      else {
        this.#tiles.delete(spot.ordinal)
        this.#tiles.set(spot.ordinal, known)
        shown.push(spot)
      }
    }
    if (shown.length > 0) this.#render(camera, size, side, shown)
    return shown.map(({ ordinal }) => ordinal)
  }

  close(): void {
    this.#closed = true
  }

  #render(camera: Camera, size: Size, side: number, spots: Spot[]): void {
    const gl = this.#gl
    const places = new Float32Array(spots.length * 4)
    const borders = new Uint8Array(spots.length * 4)
    spots.forEach(({ ordinal, x, y, border }, at) => {
      const place = this.#tiles.get(ordinal)!
      places.set([x, y, place % perSide, Math.floor(place / perSide)], at * 4)
      borders.set(border, at * 4)
    })
    gl.useProgram(this.#program)
    const uniform = (name: string) => gl.getUniformLocation(this.#program, name)
    gl.uniform2f(uniform('middle'), camera.x, camera.y)
    gl.uniform2f(uniform('toClip'), (2 * camera.scale) / size.width, (2 * camera.scale) / size.height)
    gl.uniform2f(uniform('pixel'), 2 / size.width, 2 / size.height)
    gl.uniform1f(uniform('side'), side)
    gl.uniform1f(uniform('shares'), 1 / perSide)
    gl.uniform1f(uniform('edge'), 5 / side)
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    bindAttribute(gl, this.#corners, { at: 0, size: 2, type: gl.FLOAT })
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#spots)
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.STREAM_DRAW)
    bindAttribute(gl, this.#spots, { at: 1, size: 4, type: gl.FLOAT, instanced: true })
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#borders)
    gl.bufferData(gl.ARRAY_BUFFER, borders, gl.STREAM_DRAW)
    bindAttribute(gl, this.#borders, { at: 2, size: 4, type: gl.UNSIGNED_BYTE, normalized: true, instanced: true })
    gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, spots.length)
    for (const at of [1, 2]) gl.vertexAttribDivisor(at, 0)
    gl.disableVertexAttribArray(2)
  }

  async #fetch(ordinal: number): Promise<void> {
    if (this.#fetching.has(ordinal) || this.#failed.has(ordinal) || this.#fetching.size >= mostFetching) return
    this.#fetching.add(ordinal)
    try {
      const response = await fetch(this.#address(ordinal))
      if (!response.ok) throw new Error(response.statusText)
      const picture = await squareOf(await createImageBitmap(await response.blob()))
      if (!this.#closed) this.#put(ordinal, picture)
    } catch {
      this.#failed.add(ordinal)
    } finally {
      this.#fetching.delete(ordinal)
    }
    if (!this.#closed) this.#arrived()
  }

  #put(ordinal: number, picture: ImageBitmap): void {
    let place = this.#tiles.size
    if (place >= atlasCapacity) {
      const [oldest, freed] = this.#tiles.entries().next().value!
      this.#tiles.delete(oldest)
      place = freed
    }
    this.#tiles.set(ordinal, place)
    const gl = this.#gl
    gl.bindTexture(gl.TEXTURE_2D, this.#texture)
    gl.texSubImage2D(
      gl.TEXTURE_2D,
      0,
      (place % perSide) * tile,
      Math.floor(place / perSide) * tile,
      gl.RGBA,
      gl.UNSIGNED_BYTE,
      picture,
    )
    picture.close()
  }
}

/** The whole picture in a tile, on a ground of its own where it is no square. */
async function squareOf(picture: ImageBitmap): Promise<ImageBitmap> {
  const canvas = new OffscreenCanvas(tile, tile)
  const context = canvas.getContext('2d')!
  context.fillStyle = '#8a8d92'
  context.fillRect(0, 0, tile, tile)
  const share = tile / Math.max(picture.width, picture.height)
  const [width, height] = [picture.width * share, picture.height * share]
  context.imageSmoothingEnabled = share < 1
  context.drawImage(picture, (tile - width) / 2, (tile - height) / 2, width, height)
  picture.close()
  return canvas.transferToImageBitmap()
}

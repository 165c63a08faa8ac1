/** Draws every sample as a dot, contour lines, and the rings of what is selected or hovered. */
import type { Camera, Size } from './camera'
import { bindAttribute, programOf } from './gl'

const dotVertex = `
layout(location = 0) in vec2 place;
layout(location = 1) in vec4 color;
uniform vec2 middle; uniform vec2 toClip; uniform float diameter; uniform float strength;
out vec4 tint;
void main() {
  gl_Position = vec4((place - middle) * toClip, 0.0, 1.0);
  gl_PointSize = diameter;
  tint = vec4(color.rgb, color.a * strength);
}`
const dotFragment = `
in vec4 tint; uniform float ring; out vec4 pixel;
void main() {
  if (ring < 0.0) {
    pixel = vec4(tint.rgb * tint.a, tint.a);
    return;
  }
  float away = length(gl_PointCoord - 0.5) * 2.0;
  float edge = max(fwidth(away), 0.001);
  float alpha = tint.a * (1.0 - smoothstep(1.0 - edge, 1.0, away)) * (ring > 0.0 ? smoothstep(ring - edge, ring, away) : 1.0);
  if (alpha < 0.01) discard;
  pixel = vec4(tint.rgb * alpha, alpha);
}`

export interface DotStyle {
  /** CSS pixels. */
  diameter: number
  /** 0–1. */
  strength: number
  /** Inner radius as a share of the outer; 0 is a full disc, negative leaves the shape alone (lines). */
  ring: number
}

export class Dots {
  readonly #gl: WebGL2RenderingContext
  readonly #program: WebGLProgram
  readonly #places: WebGLBuffer
  readonly #colors: WebGLBuffer
  readonly #marks: WebGLBuffer
  readonly #lines: WebGLBuffer
  /** Draws in an order that has nothing to do with the samples', so that the first part of it stands for all. */
  readonly #order: Uint32Array
  #lineCount = 0

  constructor(gl: WebGL2RenderingContext, positions: Float32Array, order: Uint32Array) {
    this.#gl = gl
    this.#program = programOf(gl, dotVertex, dotFragment)
    this.#order = order
    this.#places = gl.createBuffer()
    this.#colors = gl.createBuffer()
    this.#marks = gl.createBuffer()
    this.#lines = gl.createBuffer()
    const places = new Float32Array(order.length * 2)
    order.forEach((ordinal, at) => {
      places[at * 2] = positions[ordinal * 2]!
      places[at * 2 + 1] = positions[ordinal * 2 + 1]!
    })
    gl.bindBuffer(gl.ARRAY_BUFFER, this.#places)
    gl.bufferData(gl.ARRAY_BUFFER, places, gl.STATIC_DRAW)
  }

  /** @param colors uint8 [ordinals, 4] */
  color(colors: Uint8Array): void {
    const all = new Uint32Array(colors.buffer, colors.byteOffset, colors.length / 4)
    const ordered = new Uint32Array(this.#order.length)
    for (let at = 0; at < ordered.length; at++) ordered[at] = all[this.#order[at]!]!
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#colors)
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, ordered, this.#gl.DYNAMIC_DRAW)
  }

  contours(segments: Float32Array): void {
    this.#lineCount = segments.length / 2
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#lines)
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, segments, this.#gl.STATIC_DRAW)
  }

  draw(camera: Camera, size: Size, ratio: number, style: DotStyle, most: number): void {
    this.#use(camera, size, ratio, style)
    bindAttribute(this.#gl, this.#places, { at: 0, size: 2, type: this.#gl.FLOAT })
    bindAttribute(this.#gl, this.#colors, { at: 1, size: 4, type: this.#gl.UNSIGNED_BYTE, normalized: true })
    this.#gl.drawArrays(this.#gl.POINTS, 0, Math.min(most, this.#order.length))
  }

  /** `places` float32 [count, 2] in one colour, 0–1. */
  drawMarks(camera: Camera, size: Size, ratio: number, style: DotStyle, places: Float32Array, color: readonly number[]): void {
    this.#use(camera, size, ratio, style)
    this.#gl.bindBuffer(this.#gl.ARRAY_BUFFER, this.#marks)
    this.#gl.bufferData(this.#gl.ARRAY_BUFFER, places, this.#gl.STREAM_DRAW)
    bindAttribute(this.#gl, this.#marks, { at: 0, size: 2, type: this.#gl.FLOAT })
    this.#constantColor(color, 1)
    this.#gl.drawArrays(this.#gl.POINTS, 0, places.length / 2)
  }

  drawContours(camera: Camera, size: Size, ratio: number, color: readonly number[]): void {
    this.#use(camera, size, ratio, { diameter: 1, strength: 1, ring: -1 })
    bindAttribute(this.#gl, this.#lines, { at: 0, size: 2, type: this.#gl.FLOAT })
    this.#constantColor(color, 0.5)
    this.#gl.drawArrays(this.#gl.LINES, 0, this.#lineCount)
  }

  #constantColor([red = 0, green = 0, blue = 0]: readonly number[], alpha: number): void {
    this.#gl.disableVertexAttribArray(1)
    this.#gl.vertexAttrib4f(1, red, green, blue, alpha)
  }

  #use(camera: Camera, size: Size, ratio: number, { diameter, strength, ring }: DotStyle): void {
    const gl = this.#gl
    const uniform = (name: string) => gl.getUniformLocation(this.#program, name)
    gl.useProgram(this.#program)
    gl.uniform2f(uniform('middle'), camera.x, camera.y)
    gl.uniform2f(uniform('toClip'), (2 * camera.scale) / size.width, (2 * camera.scale) / size.height)
    gl.uniform1f(uniform('diameter'), diameter * ratio)
    gl.uniform1f(uniform('strength'), strength)
    gl.uniform1f(uniform('ring'), ring)
  }
}

/** Small pieces of WebGL2: programs and buffers. Whoever makes them disposes them with their context. */

/** @throws with the compiler's own words */
export function programOf(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram()
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(kind)!
    gl.shaderSource(shader, `#version 300 es\nprecision highp float;\n${source}`)
    gl.compileShader(shader)
    if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS) && !gl.isContextLost())
      throw new Error(gl.getShaderInfoLog(shader) ?? 'a shader of the map did not compile')
    gl.attachShader(program, shader)
  }
  gl.linkProgram(program)
  return program
}

export interface Attribute {
  at: number
  size: number
  type: number
  normalized?: boolean
  stride?: number
  offset?: number
  /** Once per instance. */
  instanced?: boolean
}

export function bindAttribute(gl: WebGL2RenderingContext, buffer: WebGLBuffer, attribute: Attribute): void {
  const { at, size, type, normalized = false, stride = 0, offset = 0, instanced = false } = attribute
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer)
  gl.enableVertexAttribArray(at)
  gl.vertexAttribPointer(at, size, type, normalized, stride, offset)
  gl.vertexAttribDivisor(at, instanced ? 1 : 0)
}

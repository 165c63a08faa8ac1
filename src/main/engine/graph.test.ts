import { describe, expect, it } from 'vitest'
import { Graph, MICROSOFT } from './graph'
import { Session, withSession } from './session'
import { float32, tensor } from './tensor'

const threads = 1

async function evaluate(graph: Graph, feeds: Parameters<Session['run']>[0] = {}) {
  return withSession(graph.model(), { threads }, (session) => session.run(feeds))
}

describe('graph written and run by ONNX Runtime', () => {
  it('carries constants, symbolic dimensions and integer-list attributes', async () => {
    const graph = new Graph()
    const x = graph.input('x', 'float32', ['batch', 3])
    const weight = graph.float([1, 2, 3, 4, 5, 6], [3, 2])
    const product = graph.node('MatMul', [x, weight])
    graph.output(graph.node('Transpose', [product], { perm: [1, 0] }, { output: 'y' }), 'float32', [2, 'batch'])
    const { y } = await evaluate(graph, { x: float32([2, 3], [1, 0, 0, 1, 1, 1]) })
    expect(y).toEqual(float32([2, 2], [1, 9, 2, 12]))
  })

  it('carries float, floats, string and tensor attributes', async () => {
    const graph = new Graph()
    const shape = graph.int64([2])
    const filled = graph.node('ConstantOfShape', [shape], { value: { tensor: float32([1], [-2]) } })
    const leaky = graph.node('LeakyRelu', [filled], { alpha: { float: 0.25 } })
    const list = graph.node('Constant', [], { value_floats: { floats: [1.5, 2.5] } })
    const sum = graph.node('Add', [leaky, list])
    const grid = graph.float([0, 0], [1, 1, 1, 2])
    const image = graph.float([1, 2, 3, 4], [1, 1, 2, 2])
    const sampled = graph.node('GridSample', [image, grid], { mode: 'bilinear', padding_mode: 'reflection', align_corners: 0 })
    graph.output(sum, 'float32', [2])
    graph.output(sampled, 'float32', [1, 1, 1, 1])
    const result = await evaluate(graph)
    expect(result[sum]!.data).toEqual(Float32Array.of(1, 2))
    expect(result[sampled]!.data).toEqual(Float32Array.of(2.5))
  })

  it('writes every element type without loss', async () => {
    const values = [
      tensor('float32', [2], Float32Array.of(-0.1, 1e30)),
      tensor('float64', [1], Float64Array.of(Math.PI)),
      tensor('float16', [2], Uint16Array.of(0x3c00, 0xc000)),
      tensor('uint8', [2], Uint8Array.of(0, 255)),
      tensor('int8', [2], Int8Array.of(-128, 127)),
      tensor('int32', [2], Int32Array.of(-(2 ** 31), 2 ** 31 - 1)),
      tensor('int64', [2], BigInt64Array.of(-1n, 2n ** 53n)),
      tensor('bool', [2], Uint8Array.of(0, 1)),
    ]
    const graph = new Graph()
    for (const { type, shape, data } of values) {
      const constant = graph.constant(type, shape, data)
      graph.output(graph.node('Identity', [constant], {}, { output: type }), type, shape)
    }
    const result = await evaluate(graph)
    for (const value of values) {
      expect(result[value.type]!.shape).toEqual(value.shape)
      expect([...result[value.type]!.data]).toEqual([...value.data])
    }
  })

  it('carries subgraphs that read outer values', async () => {
    const graph = new Graph()
    const step = graph.float(3)
    const body = new Graph('body', 'body_')
    body.input('iteration', 'int64', [])
    body.input('go_on', 'bool', [])
    const total = body.input('total', 'float32', [])
    body.output(body.node('Identity', ['go_on']), 'bool', [])
    body.output(body.node('Add', [total, step]), 'float32', [])
    const end = graph.node('Loop', [graph.int64(4), '', graph.float(1)], { body })
    graph.output(end, 'float32', [])
    graph.node('Neg', [graph.float(1)])
    expect(graph.prune().nodes.map((node) => node.op)).toEqual(['Loop'])
    expect((await evaluate(graph))[end]!.data).toEqual(Float32Array.of(13))
  })

  it('imports the Microsoft operators only where one is used', async () => {
    const graph = new Graph()
    const x = graph.float([1, 2, 3, 4], [2, 2])
    const product = graph.node('FusedMatMul', [x, x], { transA: 1 }, { domain: MICROSOFT })
    graph.output(product, 'float32', [2, 2])
    expect((await evaluate(graph))[product]!.data).toEqual(Float32Array.of(10, 14, 14, 20))
    expect(new TextDecoder().decode(new Graph().model())).not.toContain(MICROSOFT)
  })

  it('refuses data that does not fill its shape', () => {
    expect(() => new Graph().float([1, 2, 3], [2, 2])).toThrow('[2, 2] needs 4 values, got 3')
  })

  it('refuses a session used after dispose', async () => {
    const graph = new Graph()
    graph.output(graph.node('Identity', [graph.float(1)]), 'float32', [])
    const session = await Session.create(graph.model(), { threads })
    await session.dispose()
    await session.dispose()
    await expect(session.run({})).rejects.toThrow('after dispose')
  })
})

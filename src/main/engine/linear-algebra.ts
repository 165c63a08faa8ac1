/** Large float32 matrix products on ONNX Runtime; small dense decompositions stay with ml-matrix. */
import { Graph } from './graph'
import { Session } from './session'
import { float32, type Tensor } from './tensor'

/** Row-major, `data[row * columns + column]`. */
export interface Matrix {
  readonly rows: number
  readonly columns: number
  readonly data: Float32Array
}

export function matrix(rows: number, columns: number, data: Float32Array = new Float32Array(rows * columns)): Matrix {
  if (data.length !== rows * columns) throw new Error(`matrix of ${rows} × ${columns} given ${data.length} values`)
  return { rows, columns, data }
}

/** Rows `first` to `end` (exclusive) of `x`, sharing its memory. */
export function rowsOf(x: Matrix, first: number, end: number): Matrix {
  return matrix(end - first, x.columns, x.data.subarray(first * x.columns, end * x.columns))
}

/** Mean of each column. */
export function columnMeans({ rows, columns, data }: Matrix): Float32Array {
  const sums = new Float64Array(columns)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) sums[column]! += data[at]!
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(rows, 1))
}

/** `x` with `shift` taken from each of its rows; a new matrix. */
export function shiftRows(x: Matrix, shift: ArrayLike<number>): Matrix {
  const { rows, columns } = x
  const data = new Float32Array(x.data)
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) data[at]! -= shift[column]!
  }
  return matrix(rows, columns, data)
}

/** Rows scaled to Euclidean length 1, in place; rows of zeros stay zero. */
export function normalizeRows(x: Matrix): Matrix {
  const { rows, columns, data } = x
  for (let row = 0; row < rows; row++) {
    const start = row * columns
    let square = 0
    for (let at = start; at < start + columns; at++) square += data[at]! ** 2
    const factor = square > 0 ? 1 / Math.sqrt(square) : 0
    for (let at = start; at < start + columns; at++) data[at]! *= factor
  }
  return x
}

const forms = ['plain', 'left', 'right', 'softmax'] as const
type Form = (typeof forms)[number]

/** Matrix products of any size on one set of compiled graphs. Whoever creates it disposes it. */
export class MatrixProducts {
  private readonly sessions: Readonly<Record<Form, Session>>

  private constructor(sessions: Readonly<Record<Form, Session>>) {
    this.sessions = sessions
  }

  static async create(threads?: number): Promise<MatrixProducts> {
    const options = threads === undefined ? {} : { threads }
    const [plain, left, right, softmax] = await Promise.all(forms.map((form) => Session.create(productGraph(form), options)))
    return new MatrixProducts({ plain: plain!, left: left!, right: right!, softmax: softmax! })
  }

  /** `a · b`: [n, k] · [k, m] → [n, m]. */
  async product(a: Matrix, b: Matrix): Promise<Matrix> {
    return this.run('plain', a, b, a.columns, b.rows, a.rows, b.columns)
  }

  /** `aᵀ · b`: [k, n], [k, m] → [n, m]. */
  async productLeft(a: Matrix, b: Matrix): Promise<Matrix> {
    return this.run('left', a, b, a.rows, b.rows, a.columns, b.columns)
  }

  /** `a · bᵀ`: [n, k], [m, k] → [n, m]. */
  async productRight(a: Matrix, b: Matrix): Promise<Matrix> {
    return this.run('right', a, b, a.columns, b.columns, a.rows, b.rows)
  }

  /** The softmax of each row of `a · bᵀ + shift`: [n, k], [m, k], [m] → [n, m]. */
  async softmaxRight(a: Matrix, b: Matrix, shift: Float32Array): Promise<Matrix> {
    return this.run('softmax', a, b, a.columns, b.columns, a.rows, b.rows, { shift: float32([b.rows], shift) })
  }

  /** `xᵀ · x`: [n, d] → [d, d], exactly symmetric. */
  async gram(x: Matrix): Promise<Matrix> {
    const result = await this.productLeft(x, x)
    const { rows: side, data } = result
    for (let i = 0; i < side; i++) for (let j = 0; j < i; j++) data[i * side + j] = data[j * side + i]!
    return result
  }

  async dispose(): Promise<void> {
    for (const form of forms) await this.sessions[form].dispose()
  }

  private async run(
    form: Form,
    a: Matrix,
    b: Matrix,
    innerA: number,
    innerB: number,
    rows: number,
    columns: number,
    more: Record<string, Tensor> = {},
  ) {
    if (innerA !== innerB) {
      throw new Error(`cannot multiply (${form}) ${a.rows} × ${a.columns} by ${b.rows} × ${b.columns}`)
    }
    if (rows === 0 || columns === 0 || innerA === 0) return matrix(rows, columns)
    const feeds = { a: float32([a.rows, a.columns], a.data), b: float32([b.rows, b.columns], b.data), ...more }
    return matrix(rows, columns, await this.sessions[form].values(feeds))
  }
}

function productGraph(form: Form): Uint8Array {
  const graph = new Graph(`product-${form}`)
  const inputs = [graph.input('a', 'float32', ['p', 'q']), graph.input('b', 'float32', ['r', 's'])]
  const softmax = form === 'softmax'
  if (softmax) inputs.push(graph.input('shift', 'float32', ['r']))
  const transposed = { transA: Number(form === 'left'), transB: Number(form === 'right' || softmax) }
  const product = graph.node('Gemm', inputs, transposed)
  graph.output(softmax ? graph.node('Softmax', [product], { axis: -1 }) : product, 'float32')
  return graph.model()
}

/** Makes the products for the duration of `use`. */
export async function withProducts<T>(threads: number, use: (products: MatrixProducts) => Promise<T>): Promise<T> {
  const products = await MatrixProducts.create(threads)
  try {
    return await use(products)
  } finally {
    await products.dispose()
  }
}

/** Losses against the papers' formulas, written out in plain arithmetic. */
import { describe, expect, it } from 'vitest'
import { tf } from '../../engine/tfjs'
import { deceivingLoss, discriminatorLoss } from './adversarial'
import { divergenceFromNormal, maskedReconstruction, reconstruction } from './autoencoding'
import { barlowTwinsLoss } from './barlow-twins'
import { classCrossEntropy } from './classification'
import { infoNceLoss, ntXentLoss } from './contrastive'
import { dinoLoss } from './dino'
import { jensenShannonLoss, localLoss } from './info-max'
import { dot, drawnRows, mean, type Rows, softmax, softplus, sum, unit, valueOf } from './plain.fixture'
import { detached, negativeCosine, regressionLoss } from './similarity'

const [a, b] = [drawnRows(1, 6, 4), drawnRows(2, 6, 4)]
const each = (rows: Rows) => rows.map((_, at) => at)
const column = (rows: Rows, at: number) => rows.map((row) => row[at]!)
const t = (rows: Rows) => tf.tensor2d(rows)

describe('joint embedding', () => {
  it('barlow twins: correlations, the diagonal to 1 and the rest to 0', async () => {
    const standard = (values: number[]) => {
      const deviation = Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)) + 1e-5)
      return values.map((value) => (value - mean(values)) / deviation)
    }
    const c = (i: number, j: number) => mean(standard(column(a, i)).map((value, row) => value * standard(column(b, j))[row]!))
    const dimensions = [0, 1, 2, 3]
    const expected =
      sum(dimensions.map((i) => (1 - c(i, i)) ** 2)) +
      0.01 * sum(dimensions.flatMap((i) => dimensions.filter((j) => j !== i).map((j) => c(i, j) ** 2)))
    expect(await valueOf(() => barlowTwinsLoss(t(a), t(b), 0.01).loss)).toBeCloseTo(expected, 4)
  })

  it('nt-xent: −log of the share of the pair among all others', async () => {
    const z = [...a, ...b].map(unit)
    const similarity = (i: number, j: number) => Math.exp(dot(z[i]!, z[j]!) / 0.5)
    const expected = mean(
      z.map((_, i) => -Math.log(similarity(i, (i + 6) % 12) / sum(z.map((__, j) => (j === i ? 0 : similarity(i, j)))))),
    )
    expect(await valueOf(() => ntXentLoss(t(a), t(b), 0.5).loss)).toBeCloseTo(expected, 4)
  })

  it('infonce: −log softmax of the own target', async () => {
    const expected = mean(each(a).map((i) => -Math.log(softmax(b.map((target) => dot(a[i]!, target)))[i]!)))
    expect(await valueOf(() => infoNceLoss(t(a), t(b)))).toBeCloseTo(expected, 4)
  })

  it('byol is 2 − 2 cos, simsiam −cos', async () => {
    const cosine = mean(each(a).map((i) => dot(unit(a[i]!), unit(b[i]!))))
    expect(await valueOf(() => regressionLoss(t(a), t(b)))).toBeCloseTo(2 - 2 * cosine, 5)
    expect(await valueOf(() => negativeCosine(t(a), t(b)))).toBeCloseTo(-cosine, 5)
  })

  it('a detached value has no gradient', async () => {
    const slope = () => tf.grad((x) => tf.sum(tf.add(tf.mul(detached(x), 5), x)))(tf.tensor1d([2]))
    expect(await valueOf(slope)).toBe(1)
  })

  it('dino: cross-entropy of every pair of different views', async () => {
    const centre = [0.3, -0.1, 0.2, 0]
    const [s1, s2, s3] = [drawnRows(3, 6, 4), drawnRows(4, 6, 4), drawnRows(5, 6, 4)]
    const target = (row: number[]) => softmax(row.map((value, at) => (value - centre[at]!) / 0.05))
    const h = (teacher: Rows, student: Rows) =>
      mean(each(teacher).map((i) => -dot(target(teacher[i]!), softmax(student[i]!.map((v) => v / 0.1)).map(Math.log))))
    const expected = (h(a, s2) + h(a, s3) + h(b, s1) + h(b, s3)) / 4
    const loss = () => dinoLoss([t(a), t(b)], [t(s1), t(s2), t(s3)], tf.tensor1d(centre), { teacher: 0.05, student: 0.1 })
    expect(await valueOf(loss)).toBeCloseTo(expected, 3)
  })
})

describe('information', () => {
  it('jensen–shannon: softplus(−T) of pairs and softplus(T) of the rest', async () => {
    const scores = drawnRows(6, 5, 5)
    const rest = each(scores).flatMap((i) =>
      each(scores)
        .filter((j) => j !== i)
        .map((j) => softplus(scores[i]![j]!)),
    )
    const expected = mean(each(scores).map((i) => softplus(-scores[i]![i]!))) + mean(rest)
    expect(await valueOf(() => jensenShannonLoss(t(scores)))).toBeCloseTo(expected, 4)
  })

  it('local: every place of the own image against every place of others', async () => {
    const places = drawnRows(7, 18, 4)
    const own = places.map((place, at) => softplus(-dot(a[Math.floor(at / 3)]!, place)))
    const rest = each(a).flatMap((i) =>
      places.filter((_, at) => Math.floor(at / 3) !== i).map((place) => softplus(dot(a[i]!, place))),
    )
    const loss = () => localLoss(t(a), tf.reshape(t(places), [6, 3, 4]))
    expect(await valueOf(loss)).toBeCloseTo(mean(own) + mean(rest), 4)
  })
})

describe('reconstruction', () => {
  const squares = a.map((row, i) => row.map((value, d) => (value - b[i]![d]!) ** 2))

  it('is the mean squared error, of hidden parts alone where some are', async () => {
    expect(await valueOf(() => reconstruction(t(a), t(b)))).toBeCloseTo(mean(squares.flat()), 5)
    const hidden = [1, 0, 0, 1, 0, 1]
    const loss = () =>
      maskedReconstruction(tf.reshape(t(a), [2, 3, 4]), tf.reshape(t(b), [2, 3, 4]), tf.tensor(hidden, [2, 3, 1]))
    expect(await valueOf(loss)).toBeCloseTo(mean(squares.filter((_, at) => hidden[at] === 1).flat()), 4)
  })

  it('kl divergence from the normal: ½ Σ (μ² + σ² − log σ² − 1)', async () => {
    const expected = mean(a.map((mu, i) => 0.5 * sum(mu.map((m, d) => m * m + Math.exp(b[i]![d]!) - b[i]![d]! - 1))))
    expect(await valueOf(() => divergenceFromNormal(t(a), t(b)))).toBeCloseTo(expected, 4)
  })
})

describe('classes and games', () => {
  it('cross-entropy of invented classes', async () => {
    const wanted = a.map((_, i) => [0, 1, 2, 3].map((at) => Number(at === i % 4)))
    const expected = mean(a.map((row, i) => -Math.log(softmax(row)[i % 4]!)))
    expect(await valueOf(() => classCrossEntropy(t(a), t(wanted)))).toBeCloseTo(expected, 5)
  })

  it('the adversarial game: −log σ of what each side wants', async () => {
    const [real, made] = [column(a, 0), column(b, 0)]
    const sigma = (x: number) => 1 / (1 + Math.exp(-x))
    const wide = (values: number[]) => tf.tensor2d(values, [6, 1])
    const judge = mean(real.map((x) => -Math.log(sigma(x)))) + mean(made.map((x) => -Math.log(1 - sigma(x))))
    const deceive = mean(real.map((x) => -Math.log(1 - sigma(x)))) + mean(made.map((x) => -Math.log(sigma(x))))
    expect(await valueOf(() => discriminatorLoss(wide(real), wide(made)))).toBeCloseTo(judge, 5)
    expect(await valueOf(() => deceivingLoss(wide(real), wide(made)))).toBeCloseTo(deceive, 5)
  })
})

describe('degenerate batches', () => {
  it('are refused with what was found', () => {
    const one = () => t([[1, 2]])
    expect(() => ntXentLoss(one(), one(), 0.5)).toThrow('nt-xent wants at least 2 samples in a batch, got 1')
    expect(() => barlowTwinsLoss(one(), one())).toThrow('got 1')
    expect(() => barlowTwinsLoss(t(a), t(a.slice(1)))).toThrow('[6, 4] and [5, 4]')
    expect(() => jensenShannonLoss(t([[1]]))).toThrow('got 1')
    expect(() => dinoLoss([one()], [one(), one()], tf.tensor1d([0, 0]), { teacher: 1, student: 1 })).toThrow('got 1')
    expect(() => classCrossEntropy(t(a), t(a.slice(1)))).toThrow('[6, 4] and [5, 4]')
  })
})

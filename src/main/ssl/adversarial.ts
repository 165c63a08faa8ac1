/** A GAN with an encoder (BiGAN, Donahue, Krähenbühl & Darrell 2017; ALI, Dumoulin et al. 2017): two phases a step. */
import { dense } from '../engine/layers/dense'
import { chain } from '../engine/layers/network'
import { tf } from '../engine/tfjs'
import { adamW } from '../engine/training/optimizers'
import { adversarialDescriptor } from './adversarial.descriptor'
import { normalNoise, type StepInputs } from './gradient-program'
import type { Pass } from '../engine/layers/network'
import { gradientTask } from './gradient-task'
import { deceivingLoss, discriminatorLoss } from './losses/adversarial'
import { backbone, pixelsDecoder, pooled } from './networks'
import { residualMap } from '../encoders/residual'

const judged = 'judge/'

export const adversarial = gradientTask({
  descriptor: adversarialDescriptor,
  prepare(context) {
    const { plan, embed, dimensions, notes } = backbone(context)
    const { size } = context.images
    const { batch, code } = context.parameters
    const encode = dense(plan, 'code', { from: dimensions, to: code })
    const generate = pixelsDecoder(plan, 'drawing', code, size)
    const look = chain(residualMap(plan, { size, widths: [24, 48], name: judged }), pooled)
    const judge = chain(
      dense(plan, `${judged}first`, { from: 48 + code, to: 64, gain: 2 }),
      (x) => tf.leakyRelu(x, 0.2),
      dense(plan, `${judged}second`, { from: 64, to: 1 }),
    )
    const play = ({ views: [images], noise: { code: drawn } }: StepInputs, pass: Pass) => {
      const embeddings = embed(images!, pass)
      const made = tf.add(tf.mul(tf.mul(tf.tanh(generate(drawn!, pass)), 2), 64), 127.5)
      const verdict = (pixels: tf.Tensor, z: tf.Tensor) => judge(tf.concat([look(pixels, pass), z], 1), pass)
      return { embeddings, real: verdict(images!, encode(embeddings, pass)), made: verdict(made, drawn!) }
    }
    const optimizer = () => adamW({ beta1: 0.5, decay: 0 })
    return {
      weights: plan.weights,
      statistics: plan.statistics,
      views: [{ count: 1, augmentation: context.augmentation }],
      noise: { code: normalNoise([batch, code]) },
      phases: [
        {
          moves: (weight) => weight.startsWith(judged),
          optimizer: optimizer(),
          loss(inputs, pass) {
            const { real, made } = play(inputs, pass)
            const loss = discriminatorLoss(real, made)
            return { loss, parts: { discriminator: loss } }
          },
        },
        {
          moves: (weight) => !weight.startsWith(judged),
          optimizer: optimizer(),
          loss(inputs, pass) {
            const { real, made, embeddings } = play(inputs, pass)
            const loss = deceivingLoss(real, made)
            return { loss, parts: { deceiving: loss }, embeddings }
          },
        },
      ],
      embed,
      dimensions,
      notes,
    }
  },
})

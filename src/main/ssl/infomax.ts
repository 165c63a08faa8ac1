/** Deep InfoMax as a pretext task, between the code of an image and its places (local) and between its code and its whole map (global). */
import { dense } from '../engine/layers/dense'
import { tf } from '../engine/tfjs'
import { gradientTask } from './gradient-task'
import { infomaxDescriptor } from './infomax.descriptor'
import { unitRows } from './losses/contrastive'
import { jensenShannonLoss, localLoss } from './losses/info-max'
import { backbone, pooled, projectionHead } from './networks'
import { onTwoViews } from './two-views'

/** Scores are cosines times this. */
const sharpness = 5

export const infomax = gradientTask({
  descriptor: infomaxDescriptor,
  prepare(context) {
    const network = backbone(context)
    const { plan, map, dimensions } = network
    const { batch, projection } = context.parameters
    const code = projectionHead(plan, 'head', { from: dimensions, hidden: projection, to: projection })
    const place = dense(plan, 'place', { from: dimensions, to: projection })
    const whole = projectionHead(plan, 'whole', { from: dimensions, hidden: projection, to: projection })
    return onTwoViews(context, network, (both, pass) => {
      const maps = map(both, pass)
      const embeddings = pooled(maps, pass)
      const [first] = tf.split(embeddings, 2)
      const [, other] = tf.split(maps, 2)
      const places = other!.shape[1]! * other!.shape[2]!
      const flat = unitRows(tf.reshape(place(other!, pass), [batch * places, projection]))
      const codes = unitRows(code(first!, pass))
      const global: tf.Tensor2D = unitRows(whole(pooled(other!, pass), pass))
      const scaled: tf.Tensor2D = tf.mul(codes, sharpness)
      const parts = {
        local: localLoss(scaled, tf.reshape(flat, [batch, places, projection])),
        global: jensenShannonLoss(tf.matMul(scaled, global, false, true)),
      }
      return { loss: tf.add(parts.local, parts.global), parts, embeddings }
    })
  },
})

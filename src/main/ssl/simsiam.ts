/** SimSiam as a pretext task: a predictor of one view's projection looks at the other's, which no gradient reaches. */
import { tf } from '../engine/tfjs'
import { gradientTask } from './gradient-task'
import { detached, negativeCosine } from './losses/similarity'
import { backbone, centredHead, projectionHead } from './networks'
import { simsiamDescriptor } from './simsiam.descriptor'
import { onTwoViews } from './two-views'

export const simsiam = gradientTask({
  descriptor: simsiamDescriptor,
  prepare(context) {
    const network = backbone(context)
    const { plan, embed, dimensions } = network
    const { projection } = context.parameters
    const head = centredHead(plan, 'head', { from: dimensions, hidden: 4 * projection, to: projection })
    const predictor = projectionHead(plan, 'predictor', { from: projection, hidden: projection / 2, to: projection })
    return onTwoViews(context, network, (both, pass) => {
      const embeddings = embed(both, pass)
      const z = head(embeddings, pass)
      const [za, zb] = tf.split(detached(z), 2) as [tf.Tensor, tf.Tensor]
      const [pa, pb] = tf.split(predictor(z, pass), 2) as [tf.Tensor, tf.Tensor]
      const loss = tf.div(tf.add(negativeCosine(pa, zb), negativeCosine(pb, za)), 2)
      return { loss, parts: { similarity: tf.neg(loss) }, embeddings }
    })
  },
})

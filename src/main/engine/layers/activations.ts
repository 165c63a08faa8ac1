/** Non-linearities that tfjs lacks, with gradients written for few passes. */
import { FUSED_GELU } from '../kernels/norms'
import { tf } from '../tfjs'

const unary = (of: Parameters<typeof tf.customGrad>[0]): ((x: tf.Tensor) => tf.Tensor) => tf.customGrad(of)

/** Φ(x) of the standard normal distribution. */
const cumulative = (x: tf.Tensor) => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5)

/** x · Φ(x), exact (Hendrycks & Gimpel 2016). */
export function gelu(x: tf.Tensor): tf.Tensor {
  return unary((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc]
    save([input])
    const fused = tf.getKernel(FUSED_GELU, tf.getBackend()) !== undefined
    const value = fused ? tf.engine().runKernel<tf.Tensor>(FUSED_GELU, { x: input }) : tf.mul(input, cumulative(input))
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const kept = saved[0]!
      const density = tf.mul(tf.exp(tf.mul(tf.square(kept), -0.5)), 1 / Math.sqrt(2 * Math.PI))
      return tf.mul(dy, tf.add(cumulative(kept), tf.mul(kept, density)))
    }
    return { value, gradFunc }
  })(x)
}

/** x · sigmoid(x) (Elfwing et al. 2018). */
export function silu(x: tf.Tensor): tf.Tensor {
  return unary((...args) => {
    const [input, save] = args as unknown as [tf.Tensor, tf.GradSaveFunc]
    const open = tf.sigmoid(input)
    const value = tf.mul(input, open)
    save([open, value])
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const [s, y] = saved as [tf.Tensor, tf.Tensor]
      return tf.mul(dy, tf.add(s, tf.mul(y, tf.sub(1, s))))
    }
    return { value, gradFunc }
  })(x)
}

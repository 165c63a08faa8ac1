/** tfjs with every gradient, and the chained operations that some of them use, which its own entry leaves out: the engine's one way to it. */
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops'
import '@tensorflow/tfjs-core/dist/register_all_gradients'

export * as tf from '@tensorflow/tfjs-core'

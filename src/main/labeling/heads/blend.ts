/** Label spreading and the softmax head together: the graph says what lies close, the regression what the directions mean. */
import type { Head } from './head'
import { softmaxHead } from './softmax'
import { spreadHead } from './spread'

export const blendHead: Head = {
  id: 'blend',
  title: 'Label spreading with softmax head',
  fewestPerClass: 1,
  async fit({ input, fitOf }) {
    const [graph, linear] = [await fitOf(spreadHead), await fitOf(softmaxHead)]
    const { classCount } = input.labels
    return {
      probabilities: blend(graph.probabilities, linear.probabilities, classCount),
      heldOut: blend(graph.heldOut, linear.heldOut, classCount),
    }
  },
}

/** The product, the softmax head's share with exponent ½, as measured by `bench -- labeling`. */
function blend(graph: Float32Array, linear: Float32Array, classCount: number): Float32Array {
  const result = new Float32Array(graph.length)
  for (let start = 0; start < result.length; start += classCount) {
    let sum = 0
    for (let at = start; at < start + classCount; at++) sum += result[at] = graph[at]! * Math.sqrt(Math.max(linear[at]!, 1e-9))
    for (let at = start; at < start + classCount && sum > 0; at++) result[at]! /= sum
  }
  return result
}

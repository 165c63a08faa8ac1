/** Keeps docs/kernels.md, the list of what compiles, in step with the registry: `vitest run src/main/engine/kernels -u` writes it. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tf } from '../tfjs'
import { allKernelNames } from '../trace/counted-backend'
import { FUSED_BATCH_NORM, FUSED_GELU, FUSED_LAYER_NORM } from './norms'
import { kernels } from './registry'

const list = (names: Iterable<string>) =>
  [...names]
    .sort()
    .map((name) => `\`${name}\``)
    .join(' ')

function document(): string {
  const own = [FUSED_BATCH_NORM, FUSED_GELU, FUSED_LAYER_NORM]
  const compiled = [...kernels.keys()].filter((name) => !own.includes(name))
  const missing = allKernelNames().filter((name) => !kernels.has(name))
  const withGradient = compiled.filter((name) => tf.getGradient(name))
  const without = compiled.filter((name) => !tf.getGradient(name))
  return `# Kernels

What the engine compiles: operations of tfjs by the name of their kernel, ${compiled.length} of ${compiled.length + missing.length}. Written by \`vitest run src/main/engine/kernels -u\`.
A program that uses any other stops with an error that names the operation and its shapes.

## With a gradient

${list(withGradient)}

## Without a gradient in tfjs, or parts of gradients themselves

${list(without)}

## The engine's own

Layers run these where the backend has them, and composed operations elsewhere.

${list(own)}

## Not compiled

${list(missing)}
`
}

it('is documented', async () => {
  await expect(document()).toMatchFileSnapshot(join(import.meta.dirname, '../../../../docs/kernels.md'))
})

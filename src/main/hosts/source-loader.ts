/** Lets plain Node run the TypeScript sources as they stand (`node --import`): tests and benches start real workers without a build. */
import { existsSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const shared = new URL('../../shared/', import.meta.url).href

/** The file that a specifier without an extension means, or undefined. */
function source(specifier: string, parent: string | undefined): string | undefined {
  const absolute = specifier.startsWith('@shared/')
    ? new URL(specifier.slice('@shared/'.length), shared)
    : parent && /^\.{1,2}\//.test(specifier)
      ? new URL(specifier, parent)
      : undefined
  if (!absolute) return undefined
  const path = fileURLToPath(absolute)
  const found = ['.ts', '/index.ts', '.js', '/index.js'].map((end) => path + end).find((file) => existsSync(file))
  return found && pathToFileURL(found).href
}

/** A package's file named without its extension, as bundlers accept it (`@tensorflow/tfjs-core/dist/ops/square`). */
const packageFile = /^(@[^/]+\/)?[^/@.][^/]*\/.*[^/]$/

/** As a bundler does, take the modules of tfjs and not its CommonJS bundle: its gradients must meet the same tensors. */
globalThis.require ??= createRequire(import.meta.url)
const tfjs = /^@tensorflow\/tfjs-(core|backend-\w+)$/

registerHooks({
  resolve(specifier, context, next) {
    // What tfjs-node requires stays CommonJS.
    if (tfjs.test(specifier) && context.conditions.includes('import')) return next(`${specifier}/dist/index.js`, context)
    const url = source(specifier, context.parentURL)
    if (url) return { url, shortCircuit: true }
    try {
      return next(specifier, context)
    } catch (error) {
      if (packageFile.test(specifier) && !specifier.endsWith('.js')) return next(`${specifier}.js`, context)
      throw error
    }
  },
})

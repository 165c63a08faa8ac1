/** How the app is built: main with its hosts and workers, the preload script, the renderer. */
import { globSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'
import { dependencies } from './package.json' with { type: 'json' }

const at = (path: string) => resolve(import.meta.dirname, path)
const alias = { '@shared': at('src/shared') }

/** One entry per file, under a folder of `out/main`. */
const entries = (pattern: string, folder: string) =>
  Object.fromEntries(
    globSync(pattern, { cwd: import.meta.dirname })
      .filter((file) => !file.endsWith('.test.ts'))
      .map((file) => [`${folder}/${basename(file, '.ts')}`, at(file)]),
  )

/** What stays an import: native and wasm packages, each with every path below it. Everything else is bundled. */
const external = ['electron', ...Object.keys(dependencies)].map((name) => new RegExp(`^${name}(/.*)?$`))

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      externalizeDeps: false,
      target: 'node22',
      rollupOptions: {
        external: [...external, /^node:/],
        input: {
          index: at('src/main/index.ts'),
          web: at('src/main/web.ts'),
          cli: at('src/main/cli.ts'),
          ...entries('src/main/workers/*.ts', 'workers'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rollupOptions: { input: at('src/preload/index.ts'), output: { format: 'cjs', entryFileNames: '[name].cjs' } },
    },
  },
  renderer: {
    root: at('src/renderer'),
    base: '/',
    resolve: { alias },
    plugins: [vue()],
    build: { rollupOptions: { input: at('src/renderer/index.html') } },
  },
})

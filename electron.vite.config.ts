import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'electron-vite'

const at = (path: string) => resolve(import.meta.dirname, path)
const alias = { '@shared': at('src/shared') }

export default defineConfig({
  main: {
    resolve: { alias },
    build: {
      rollupOptions: {
        input: {
          web: at('src/main/web.ts'),
          cli: at('src/main/cli.ts'),
        },
      },
    },
  },
  preload: { build: { rollupOptions: { input: at('src/preload/index.ts'), output: { format: 'cjs', entryFileNames: '[name].cjs' } } } },
  renderer: { root: at('src/renderer'), resolve: { alias }, plugins: [vue()], build: { rollupOptions: { input: at('src/renderer/index.html') } } },
})

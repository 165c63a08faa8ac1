import { resolve } from 'node:path'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { '@shared': resolve(import.meta.dirname, 'src/shared') } },
  ssr: { resolve: { mainFields: ['module', 'main'] } },
  test: {
    include: ['{src,scripts,bench,e2e}/**/*.test.ts'],
    testTimeout: 180_000,
    server: { deps: { inline: [/@tensorflow/] } },
  },
})

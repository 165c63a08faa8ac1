/** Finds files, exports and packages that nothing uses. */
import type { KnipConfig } from 'knip'

export default {
  entry: [
    'src/main/{index,web,cli}.ts',
    'src/main/workers/*.ts',
    'src/main/hosts/source-loader.ts',
    'src/**/*.fixture.ts', // run by tests in processes of their own
    'src/preload/index.ts',
    'src/renderer/main.ts',
    'scripts/*.{ts,mjs}',
    'bench/*.ts',
    'e2e/**/*.ts',
  ],
  project: ['{src,scripts,bench,e2e}/**/*.{ts,vue,mjs}'],
  paths: { '@shared/*': ['src/shared/*'] },
  ignoreDependencies: [
    'node-.*', // one per platform: the Node that everything runs on
    'eslint-import-resolver-typescript', // named in the settings of the import table
  ],
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig

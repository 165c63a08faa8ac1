/** Finds files, exports and packages that nothing uses. */
import type { KnipConfig } from 'knip'

export default {
  entry: [
    'src/main/{index,web,cli}.ts',
    'src/main/workers/*.ts',
    'src/main/hosts/source-loader.ts',
    'src/**/*.fixture.ts', // run by tests in processes of their own
    'scripts/**/*.{ts,mjs}',
    'bench/**/*.ts',
    'e2e/**/*.ts',
  ],
  project: ['{src,scripts,bench,e2e}/**/*.{ts,vue,mjs}'],
  paths: { '@shared/*': ['src/shared/*'] },
  ignoreBinaries: ['mount', 'umount'], // of the system: a small disk for a test
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig

/** Who may import whom, as lint rules: the table of ARCHITECTURE.md and nothing else. */
import boundaries from 'eslint-plugin-boundaries'
import type { Linter } from 'eslint'
import { join } from 'node:path'

/** In order: each may import what stands before it. */
const compute = ['engine', 'views', 'encoders', 'cluster', 'evaluate', 'ssl', 'labeling']

/** What each folder may import besides itself. */
const allowed: Record<string, string[]> = {
  shared: [],
  preload: ['shared'],
  renderer: ['shared'],
  ...Object.fromEntries(compute.map((folder, index) => [folder, ['shared', ...compute.slice(0, index)]])),
  dataset: ['shared'],
  store: ['shared'],
  export: ['shared', 'engine', 'dataset'],
  hosts: ['shared'],
  workers: ['shared', 'hosts', 'dataset', 'export', ...compute],
  jobs: ['shared', 'store', 'hosts', 'dataset'],
  handlers: ['shared', 'store', 'jobs', 'dataset'],
  app: ['shared', 'hosts'],
  'command-line': ['shared', 'hosts', 'handlers', 'dataset'],
  root: ['shared', 'hosts', 'handlers', 'jobs', 'store', 'dataset', 'app', 'command-line'],
  bench: ['shared', 'hosts', 'handlers', 'jobs', 'store', 'dataset', 'export', 'workers', 'command-line', ...compute],
}

const folders = Object.keys(allowed).filter((name) => !['shared', 'preload', 'renderer', 'root', 'bench'].includes(name))

/** Folders that run in the main process. */
const mainSide = ['store', 'hosts', 'jobs', 'handlers', 'app', 'command-line', 'root']
const tables = (names: string[]) => ({ element: { type: names } })
const except = (names: string[]) => tables(Object.keys(allowed).filter((name) => !names.includes(name)))
const modules = (source: string[]) => ({ module: { source } })
const native = ['sharp', 'sharp/**', 'onnxruntime-*', 'onnxruntime-*/**', '@tensorflow/**', 'libheif-js', 'libheif-js/**']

const policies = [
  { allow: { to: { module: { origin: ['external', 'core'] } } } },
  ...Object.entries(allowed).map(([from, to]) => ({
    from: tables([from]),
    allow: { to: tables(to) },
    message: `${from} may import only ${to.join(', ') || 'itself'} ({{to.path}})`,
  })),
  // Registry entries describe themselves in files that load without tfjs and ONNX Runtime.
  { from: tables(['jobs', 'handlers', 'command-line', 'root']), allow: { to: { file: { categories: 'descriptor' } } } },
  // The reader and the doctor open the database read-only; workers, exporters and the scoring of simulations may have it.
  { from: tables(['workers', 'export', 'command-line']), allow: { to: { file: { categories: 'reader' } } } },
  // Decoding belongs in a worker.
  { from: tables(mainSide), disallow: { to: { file: { categories: 'decode' } } }, message: 'decoding runs in a worker' },
  // zod compiles with `new Function`, which the page's content policy forbids.
  {
    from: tables(['renderer', 'preload']),
    disallow: { to: { file: { categories: 'schema' } }, dependency: { kind: 'value' } },
    message: 'the renderer imports the contract and its schemas as types only',
  },
  {
    from: except(['root', 'app', 'preload']),
    disallow: { to: modules(['electron', 'electron/**']) },
    message: 'electron is for main/index.ts, main/app and preload',
  },
  {
    from: { file: { categories: 'plain-root' } },
    disallow: { to: modules(['electron', 'electron/**']) },
    message: 'electron is for main/index.ts, main/app and preload',
  },
  {
    from: except(['hosts', 'bench']),
    disallow: { to: modules(['child_process', 'node:child_process']) },
    message: 'processes are started in main/hosts',
  },
  {
    from: tables([...mainSide, 'shared', 'preload', 'renderer']),
    disallow: { to: modules(native) },
    message: 'native and heavy packages load in workers only',
  },
  { from: tables(['dataset']), disallow: { to: modules(native) }, message: 'of dataset only decode loads native packages' },
  { from: { file: { categories: 'decode' } }, allow: { to: modules(native) } },
]

/** The rule set for a tree; tests beside the sources may reach further to check them. */
export const importTable = (root: string): Linter.Config => ({
  files: ['src/**/*.{ts,vue}', 'bench/**/*.ts'],
  ignores: ['**/*.test.ts', '**/*.fixture.ts'],
  plugins: { boundaries },
  settings: {
    'import/resolver': { typescript: { project: join(root, 'tsconfig.json') } },
    'boundaries/root-path': root,
    'boundaries/elements': [
      { type: 'shared', pattern: 'src/shared' },
      { type: 'preload', pattern: 'src/preload' },
      { type: 'renderer', pattern: 'src/renderer' },
      ...folders.map((name) => ({ type: name, pattern: `src/main/${name}` })),
      { type: 'root', pattern: 'src/main' },
      { type: 'bench', pattern: 'bench' },
    ],
    'boundaries/files': [
      {
        category: 'descriptor',
        pattern: ['src/main/**/descriptor.ts', 'src/main/**/descriptors.ts', 'src/main/**/*.descriptor.ts'],
      },
      { category: 'reader', pattern: ['src/main/store/reader.ts', 'src/main/store/doctor.ts'] },
      { category: 'decode', pattern: ['src/main/dataset/decode/**', 'src/main/dataset/decode*.ts'] },
      { category: 'schema', pattern: ['src/shared/contract/**', 'src/shared/workers/**', 'src/shared/{model,errors}.ts'] },
      { category: 'plain-root', pattern: 'src/main/{web,cli}.ts' },
    ],
  },
  rules: {
    'boundaries/dependencies': ['error', { default: 'disallow', checkAllOrigins: true, policies }],
  },
})

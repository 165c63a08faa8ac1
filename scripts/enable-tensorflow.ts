/**
 * `npm run enable:tensorflow [-- --gpu]`: builds the Node binding of TensorFlow.js against the libtensorflow inside a TensorFlow wheel
 * from PyPI, since the binding's own download is dead. Wants pip and a C++ compiler; everything goes to one folder, which may be deleted.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import '../src/main/hosts/source-loader.ts'
import { personFolders } from '../src/main/hosts/person-folders.ts'

/** The last line of TensorFlow whose C interface the binding compiles against, tried with Python 3.9 to 3.11 wheels. */
const VERSION = '2.15.1'
const BINDING = '4.22.0'
const HEADERS = '1.9.0'

const isForGpu = process.argv.includes('--gpu')
const folder = resolve(process.env['HANDFUL_TENSORFLOW'] ?? join(personFolders().settings, 'tensorflow'))
const run = (command: string, args: string[], cwd = folder) =>
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] })
const stop = (why: string): never => {
  console.error(why)
  process.exit(1)
}

function first(commands: string[], wanted: string): string {
  const found = commands.find((command) => {
    try {
      execFileSync(command, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })
  return found ?? stop(`${wanted} is needed and was not found (${commands.join(', ')}).`)
}

function download(): string {
  const python = first(['python3', 'python'], 'Python with pip')
  const wheels = join(folder, 'wheel')
  rmSync(wheels, { recursive: true, force: true })
  mkdirSync(wheels, { recursive: true })
  const name = isForGpu || process.platform !== 'linux' ? 'tensorflow' : 'tensorflow-cpu'
  const target = ['--python-version', '3.11', '--only-binary', ':all:']
  console.log(`Downloading ${name} ${VERSION} (200 to 500 MB) …`)
  run(python, ['-m', 'pip', 'download', '--quiet', '--no-deps', ...target, '--dest', wheels, `${name}==${VERSION}`])
  const wheel = readdirSync(wheels).find((file) => file.endsWith('.whl')) ?? stop('pip downloaded no wheel.')
  run(python, ['-m', 'zipfile', '-e', join(wheels, wheel), wheels])
  rmSync(join(wheels, wheel))
  return join(wheels, 'tensorflow')
}

function build(tensorflow: string): void {
  const compiler = first(['c++', 'g++', 'clang++'], 'A C++ compiler')
  const binding = join(folder, 'node_modules', '@tensorflow', isForGpu ? 'tfjs-node-gpu' : 'tfjs-node')
  const output = join(binding, 'lib', 'napi-v8')
  mkdirSync(output, { recursive: true })
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(binding, 'binding', file))
  const includes = [
    join(folder, 'node_modules', 'node-api-headers', 'include'),
    join(folder, 'node_modules', '@tensorflow'),
    join(tensorflow, 'include'),
  ]
  const libraries = readdirSync(tensorflow).filter((file) => /^libtensorflow_(cc|framework)\./.test(file))
  if (libraries.length < 2) stop(`The wheel holds no libtensorflow: ${libraries.join(', ')}`)
  console.log('Compiling the binding …')
  run(compiler, [
    ...['-shared', '-fPIC', '-O2', '-std=c++17', '-DNAPI_VERSION=8'],
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    ...includes.map((path) => `-I${path}`),
    ...sources,
    ...libraries.map((file) => join(tensorflow, file)),
    `-Wl,-rpath,${tensorflow}`,
    ...['-o', join(output, 'tfjs_binding.node')],
  ])
}

if (process.platform === 'win32') stop('On Windows the binding is not built by this script; training uses ONNX Runtime.')
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, description: 'TensorFlow for Handful' }))
const npm = process.env['npm_execpath']
const packages = [`@tensorflow/tfjs-node${isForGpu ? '-gpu' : ''}@${BINDING}`, `node-api-headers@${HEADERS}`]
const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages]
if (npm) run(process.execPath, [npm, ...install])
else run('npm', install)
const kept = join(folder, 'wheel', 'tensorflow')
build(existsSync(kept) && !process.argv.includes('--fresh') ? kept : download())

const { loadTensorflow } = await import('../src/main/engine/tensorflow.ts')
const found = loadTensorflow(folder)
if (!found.backend) stop(`It was built, but ${found.reason}`)
console.log(`TensorFlow trains on the ${found.device} (${found.package}), from ${folder}`)

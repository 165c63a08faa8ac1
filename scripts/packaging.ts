/** How the app is packed: what goes in, what stays outside the archive, and what each platform gets. */
import { join } from 'node:path'
import { build, type Configuration, Platform } from 'electron-builder'
import { nodePackage } from '../src/main/hosts/node-path.ts'
import { root } from './processes.ts'

export interface PackagingOptions {
  /** An unpacked folder instead of installers. */
  folderOnly?: boolean
  output?: string
  /** Takes Electron from this folder; a stub has no fuses to set. */
  stubElectron?: string
}

const node = nodePackage(process.platform, process.arch)
const nodeFile = process.platform === 'win32' ? 'node.exe' : 'node'

export const configuration: Configuration = {
  appId: 'org.handful.app',
  productName: 'Handful',
  copyright: 'The Handful team',
  directories: { output: 'release', buildResources: 'resources' },
  files: [
    'out/{main,preload,renderer}/**',
    'package.json',
    'THIRD-PARTY.txt',
    '!**/*.{map,md,d.ts}',
    // Natives of the target platform only; the Node executable comes as a resource of its own.
    '!node_modules/node-{linux,darwin,win,bin}-*/**',
    '!node_modules/onnxruntime-node/bin/napi-v6/**',
    'node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/**',
    '!node_modules/better-sqlite3/{deps,src,prebuilds}/**',
    'node_modules/better-sqlite3/prebuilds/${platform}-${arch}.node',
  ],
  // Plain Node runs the workers and the command line, and cannot read the archive.
  asar: true,
  asarUnpack: ['**'],
  extraResources: [
    { from: `node_modules/${node}/bin/${nodeFile}`, to: `node/${nodeFile}` },
    { from: `node_modules/${node}/LICENSE`, to: 'node/LICENSE' },
    { from: 'resources/sample', to: 'sample' },
    { from: 'resources/encoders', to: 'encoders' },
    { from: 'resources/bin', to: 'bin', filter: [process.platform === 'win32' ? '*.cmd' : '!*.cmd'] },
  ],
  npmRebuild: false,
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true,
    onlyLoadAppFromAsar: true,
    grantFileProtocolExtraPrivileges: false,
  },
  linux: {
    target: ['AppImage', 'deb'],
    category: 'Graphics',
    maintainer: 'The Handful team',
    icon: 'resources/icon.png',
    executableName: 'handful',
  },
  win: { target: ['nsis'], icon: 'resources/icon.ico' },
  nsis: { oneClick: false, allowToChangeInstallationDirectory: true },
  mac: {
    target: ['dmg'],
    category: 'public.app-category.productivity',
    icon: 'resources/icon.icns',
    hardenedRuntime: true,
    entitlements: 'resources/entitlements.mac.plist',
    entitlementsInherit: 'resources/entitlements.mac.plist',
    binaries: ['Contents/Resources/node/node'],
  },
}

/** Packs for this platform; native packages of others are not installed. */
export async function packApp({
  folderOnly = false,
  output = join(root, 'release'),
  stubElectron,
}: PackagingOptions): Promise<void> {
  if (!node) throw new Error(`There is no Node to pack for ${process.platform}-${process.arch}`)
  const { electronFuses, ...rest } = configuration
  await build({
    projectDir: root,
    publish: 'never',
    targets: Platform.current().createTarget(folderOnly ? 'dir' : undefined),
    config: {
      ...rest,
      ...(stubElectron ? { electronDist: stubElectron } : { electronFuses: electronFuses! }),
      directories: { ...rest.directories, output },
    },
  })
}

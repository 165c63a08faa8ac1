/** What the host can do, and the folders it can see. */
import { z } from 'zod'
import { procedure } from './base'

export const HostInfo = z.object({
  version: z.string(),
  platform: z.string(),
  /** Native folder dialog, dropping a folder on the window, showing a file in the file manager. */
  capabilities: z.object({ dialog: z.boolean(), drop: z.boolean(), reveal: z.boolean() }),
  /** Where new projects go unless told otherwise. */
  projectsFolder: z.string(),
  /** Images of the sample project, where they are installed. */
  sampleFolder: z.string().optional(),
})
export type HostInfo = z.infer<typeof HostInfo>

export const FolderListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  folders: z.array(z.object({ name: z.string(), path: z.string(), project: z.boolean() })),
  /** Image files directly inside, counted by extension up to 10,000. */
  images: z.number().int(),
  /** Shortcuts: home, pictures, drives. */
  places: z.array(z.object({ name: z.string(), path: z.string() })),
})
export type FolderListing = z.infer<typeof FolderListing>

/** What can train here. */
export const EngineReport = z.object({
  /** Execution providers of ONNX Runtime (`cpu`, `webgpu`, `dml`, `coreml`, `cuda`): GFLOP/s, or why one does not run. */
  providers: z.array(z.object({ provider: z.string(), speed: z.number().nullable(), reason: z.string().nullable() })),
  /** The provider that training uses. */
  chosen: z.string(),
  /** TensorFlow's own binding for Node, tfjs-node-gpu or tfjs-node: its device, or why it is not available. */
  tensorflow: z.object({ package: z.string().nullable(), device: z.string().nullable(), reason: z.string().nullable() }),
})
export type EngineReport = z.infer<typeof EngineReport>

export const host = {
  /** Tries the engines in a process of its own: a second or two. */
  engines: procedure.output(EngineReport),
  info: procedure.output(HostInfo),
  /** The folder picker of hosts without a native dialog. `null`: the home folder. */
  listFolder: procedure.input(z.object({ path: z.string().nullable() })).output(FolderListing),
  /** The native dialog; null when the person closed it. */
  chooseFolder: procedure.input(z.object({ title: z.string() })).output(z.string().nullable()),
  /** The same for a file with one of these extensions, without dots. */
  chooseFile: procedure.input(z.object({ title: z.string(), extensions: z.array(z.string()) })).output(z.string().nullable()),
  reveal: procedure.input(z.object({ path: z.string() })).output(z.void()),
}

/** Folder per class: `[train|val|test/]<class>/<image>`. Images are matched by name, then by their bytes. */
import { createReadStream } from 'node:fs'
import { createHash } from 'node:crypto'
import { opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Importer, type LabelLine, splitOf, wrong } from './importer'

const image = /\.(jpe?g|png|gif|webp|tiff?|bmp|hei[cf]|avif|dcm|p[bgpn]m)$/i

export const folders: Importer = {
  id: 'folders',
  title: 'Folder per class',
  help: 'A folder with a folder per class, alone or below train, val and test. Matched by content.',
  takes: (_path, isFolder) => isFolder,
  async *read(path) {
    let line = 0
    for await (const { name, split, file } of classFiles(path)) {
      const hash = createHash('sha256')
      await pipeline(createReadStream(file), hash)
      yield {
        line: ++line,
        path: file.slice(path.length + 1),
        sha256: hash.digest('hex'),
        label: name,
        split,
      } satisfies LabelLine
    }
    if (line === 0) throw wrong(path, 'it holds no folder with images')
  },
}

async function* classFiles(path: string): AsyncGenerator<{ name: string; split: LabelLine['split']; file: string }> {
  for await (const top of await opendir(path)) {
    if (!top.isDirectory()) continue
    const split = splitOf(top.name)
    if (!split) yield* imagesBelow(join(path, top.name), top.name, null)
    else
      for await (const below of await opendir(join(path, top.name)))
        if (below.isDirectory()) yield* imagesBelow(join(path, top.name, below.name), below.name, split)
  }
}

async function* imagesBelow(folder: string, name: string, split: LabelLine['split']) {
  for await (const entry of await opendir(folder, { recursive: true })) {
    if (!entry.isDirectory() && image.test(entry.name)) yield { name, split, file: join(entry.parentPath, entry.name) }
  }
}

/** What a scan finds in folders made for it: order, what is passed over, links, names that are no text, locked folders. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { checkRoot, scan, type ScanOptions } from './scan'

let root: string
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'handful-scan-'))))
afterEach(() => rmSync(root, { recursive: true, force: true }))

function put(...paths: string[]): void {
  for (const path of paths) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), path)
  }
}

async function found(options: Partial<ScanOptions> = {}): Promise<string[]> {
  const paths: string[] = []
  for await (const files of scan(Buffer.from(root), { followLinks: false, ...options })) {
    paths.push(...files.map(({ path }) => path.toString('latin1')))
  }
  return paths
}

/** Root may read everything: for a moment this process is nobody. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return work()
  process.seteuid!(65534)
  try {
    return await work()
  } finally {
    process.seteuid!(0)
  }
}

test('by the bytes of the names, a folder’s files before its folders', async () => {
  put('b.jpg', 'B.jpg', 'a/z.png', 'a/y/x.png', 'a.png', 'c/d.tif', 'no extension')
  expect(await found()).toEqual(['B.jpg', 'a.png', 'b.jpg', 'no extension', 'a/z.png', 'a/y/x.png', 'c/d.tif'])
})

test('files tell their size and time', async () => {
  put('a.jpg')
  for await (const [file] of scan(Buffer.from(root), { followLinks: false })) {
    expect(file).toMatchObject({ path: Buffer.from('a.jpg'), bytes: 5 })
    expect(Math.abs(file!.mtimeMs - Date.now())).toBeLessThan(60_000)
  }
})

test('hidden and system files, projects and what is clearly no image are passed over and counted', async () => {
  put(
    '.DS_Store',
    'Thumbs.db',
    '.hidden.jpg',
    'notes.txt',
    'table.CSV',
    'movie.mp4',
    '__MACOSX/a.jpg',
    '.git/b.jpg',
    'my.handful/c.jpg',
    'ok.jpg',
  )
  let ignored = 0
  expect(await found({ onIgnored: () => ignored++ })).toEqual(['ok.jpg'])
  expect(ignored).toBe(6)
})

test('names with a new line, and names that are no text, keep their bytes', async () => {
  put('new\nline.jpg')
  writeFileSync(Buffer.concat([Buffer.from(`${root}/latin1-`), Buffer.from([0xe9]), Buffer.from('.jpg')]), '')
  expect(await found()).toEqual(['latin1-\xe9.jpg', 'new\nline.jpg'])
})

test('links are left alone, or followed but never round in circles and never twice into a folder', async () => {
  put('sub/a.jpg')
  symlinkSync('.', join(root, 'loop'))
  symlinkSync('sub', join(root, 'again'))
  symlinkSync('sub/a.jpg', join(root, 'link.jpg'))
  symlinkSync('nowhere.jpg', join(root, 'dangling.jpg'))
  expect(await found()).toEqual(['sub/a.jpg'])
  expect(await found({ followLinks: true })).toEqual(['link.jpg', 'again/a.jpg'])
})

test('a locked folder is told of, the rest is found', async () => {
  put('a.jpg', 'locked/b.jpg', 'open/c.jpg')
  chmodSync(root, 0o755)
  chmodSync(join(root, 'locked'), 0)
  const problems: [string, string | undefined][] = []
  const onProblem: ScanOptions['onProblem'] = (path, { code }) => problems.push([path.toString(), code])
  expect(await asNobody(() => found({ onProblem }))).toEqual(['a.jpg', 'open/c.jpg'])
  expect(problems).toEqual([['locked', 'EACCES']])
})

test('ten thousand files in one folder come sorted, in small batches', async () => {
  const names = Array.from({ length: 10_000 }, (_, index) => `${(index * 7919) % 10_000}.jpg`)
  for (const name of names) writeFileSync(join(root, name), '')
  const sizes: number[] = []
  const all: string[] = []
  for await (const files of scan(Buffer.from(root), { followLinks: false })) {
    sizes.push(files.length)
    all.push(...files.map(({ path }) => path.toString()))
  }
  expect(all).toEqual(names.sort())
  expect(Math.max(...sizes)).toBeLessThanOrEqual(256)
})

test('a scan stops when told to', async () => {
  put('a.jpg', 'b/c.jpg')
  const abort = new AbortController()
  const files = scan(Buffer.from(root), { followLinks: false, signal: abort.signal })
  await files.next()
  abort.abort(new Error('enough'))
  await expect(files.next()).rejects.toThrow('enough')
})

test('a folder that cannot be imported says why', async () => {
  await expect(checkRoot(root)).rejects.toMatchObject({ code: 'FOLDER_EMPTY' })
  put('file')
  await expect(checkRoot(Buffer.from(root))).resolves.toBeUndefined()
  await expect(checkRoot(join(root, 'file'))).rejects.toMatchObject({ code: 'NOT_A_FOLDER' })
  await expect(checkRoot(join(root, 'file', 'below'))).rejects.toMatchObject({ code: 'NOT_A_FOLDER' })
  await expect(checkRoot(join(root, 'none'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  chmodSync(root, 0)
  await expect(asNobody(() => checkRoot(root))).rejects.toMatchObject({ code: 'NOT_PERMITTED' })
  chmodSync(root, 0o700)
})

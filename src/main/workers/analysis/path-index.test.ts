import { expect, test } from 'vitest'
import type { Reader } from '../../store/reader'
import { PathIndex } from './path-index'

const indexOf = (paths: [number, string][]) =>
  new PathIndex({ paths: () => paths.map(([ordinal, display]) => ({ ordinal, display })).values() } as unknown as Reader)

test('finds each path once that contains the text, whatever its letter case and alphabet', () => {
  const index = indexOf([
    [0, 'Vögel/Amsel amsel.png'],
    [1, 'vögel/meise.png'],
    [2, 'عربي/صورة.png'],
    [4, 'birds/AMSEL.jpg'],
  ])
  expect([...index.search('amsel')]).toEqual([0, 4])
  expect([...index.search('VÖGEL')]).toEqual([0, 1])
  expect([...index.search('صورة')]).toEqual([2])
  expect([...index.search('.')]).toEqual([0, 1, 2, 4])
  expect([...index.search('.jpg')]).toEqual([4])
  expect([...index.search('zebra')]).toEqual([])
})

test('a sample with several paths is found once; the answer ascends', () => {
  const index = indexOf([
    [3, 'a/x.png'],
    [1, 'b/x.png'],
    [3, 'c/x.png'],
  ])
  expect([...index.search('x')]).toEqual([1, 3])
})

test('as a search path by path, over more paths than are encoded at once', () => {
  const paths = Array.from({ length: 25_000 }, (_, at): [number, string] => [at, `folder ${at % 37}/image ${at}.png`])
  const expected = paths.filter(([, path]) => path.includes('7/image 1')).map(([ordinal]) => ordinal)
  expect([...indexOf(paths).search('7/image 1')]).toEqual(expected)
})

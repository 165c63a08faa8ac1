import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { chunkSize, putEmbeddings, readEmbeddings, readEmbeddingsOf } from './embeddings'

function stored() {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE embedding (run TEXT, chunk INTEGER, present BLOB, data BLOB, PRIMARY KEY (run, chunk))')
  putEmbeddings(database, 'a', 0, [0, 7, 8], Float32Array.of(0, 1, 70, 71, 80, 81))
  putEmbeddings(database, 'a', 2, [5], Float32Array.of(50, 51))
  return database
}

it('reads those of some samples as it reads all, whatever chunk they are in', () => {
  const database = stored()
  const all = readEmbeddings(database, 'a')
  expect(readEmbeddingsOf(database, 'a', all.ordinals)).toEqual(all)
  const some = readEmbeddingsOf(database, 'a', Uint32Array.of(3, 7, chunkSize + 1, 2 * chunkSize + 5, 2 * chunkSize + 6))
  expect(some).toEqual({
    ordinals: Uint32Array.of(7, 2 * chunkSize + 5),
    dimensions: 2,
    data: Float32Array.of(70, 71, 50, 51),
  })
})

it('reads them in the order asked for, and no others', () => {
  const order = Uint32Array.of(8, 3, 2 * chunkSize + 5)
  expect(readEmbeddings(stored(), 'a', order)).toEqual({
    ordinals: Uint32Array.of(8, 2 * chunkSize + 5),
    dimensions: 2,
    data: Float32Array.of(80, 81, 50, 51),
  })
})

it('has nothing to say of a run without embeddings', () => {
  const none = { ordinals: new Uint32Array(), dimensions: 0, data: new Float32Array() }
  expect(readEmbeddingsOf(stored(), 'b', Uint32Array.of(0, 1))).toEqual(none)
})

import { expect, it } from 'vitest'
import { matrix, withProducts } from '../engine/linear-algebra'
import { foundViews, meanReciprocalRank, viewPlaces, viewRetrieval } from './view-retrieval'

it('counts rows whose nearest row is their own', () =>
  withProducts(1, async (products) => {
    const a = matrix(4, 2, Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1))
    expect(viewRetrieval(await viewPlaces(a, a, products))).toBe(1)
    const swapped = matrix(4, 2, Float32Array.of(0, 1, 1, 0, -1, 0, 0, -1))
    expect(viewRetrieval(await viewPlaces(a, swapped, products))).toBe(0.5)
    expect([...foundViews(await viewPlaces(a, swapped, products))]).toEqual([0, 0, 1, 1])
  }))

it('tells samples from others that are not asked for', () =>
  withProducts(1, async (products) => {
    const b = matrix(4, 2, Float32Array.of(1, 0, -1, 0, 0.1, 1, 0.1, -1))
    const a = matrix(2, 2, Float32Array.of(1, 0.1, -1, 0.1))
    expect(viewRetrieval(await viewPlaces(a, b, products))).toBe(1)
    const nearer = matrix(4, 2, Float32Array.of(1, 1, -1, 0, 1, 0, 0, -1))
    expect(viewRetrieval(await viewPlaces(a, nearer, products))).toBe(0.5)
  }))

it('counts a row that comes second half, and one behind ties by its place', () =>
  withProducts(1, async (products) => {
    const a = matrix(4, 2, Float32Array.of(1, 0, 0, 1, -1, 0, 0, -1))
    expect(meanReciprocalRank(await viewPlaces(a, a, products))).toBe(1)
    const swapped = matrix(4, 2, Float32Array.of(0, 1, 1, 0, -1, 0, 0, -1))
    expect(meanReciprocalRank(await viewPlaces(a, swapped, products))).toBeCloseTo((1 / 3 + 1 / 3 + 1 + 1) / 4, 10)
    expect(meanReciprocalRank(await viewPlaces(matrix(4, 2), matrix(4, 2), products))).toBe(1 / 4)
    expect(meanReciprocalRank(await viewPlaces(matrix(0, 2), matrix(1, 2), products))).toBe(0)
  }))

it('counts ties and constant embeddings as not found', () =>
  withProducts(1, async (products) => {
    expect(viewRetrieval(await viewPlaces(matrix(3, 2), matrix(3, 2), products))).toBe(0)
    expect(viewRetrieval(await viewPlaces(matrix(1, 2), matrix(1, 2), products))).toBe(0)
  }))

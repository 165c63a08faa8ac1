/** How encoders trained elsewhere want their pixels: side, and mean and deviation of each channel. */
import { readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'

/** Of pixels scaled to 0–1. */
export interface Normalisation {
  readonly mean: readonly number[]
  readonly deviation: readonly number[]
}

const even = (mean: number, deviation: number): Normalisation => ({
  mean: [mean, mean, mean],
  deviation: [deviation, deviation, deviation],
})

/** By what people call them. */
export const normalisations = {
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  clip: { mean: [0.48145466, 0.4578275, 0.40821073], deviation: [0.26862954, 0.26130258, 0.27577711] },
  symmetric: even(0.5, 0.5),
  unit: even(0, 1),
  none: even(0, 1 / 255),
} satisfies Record<string, Normalisation>

export type NormalisationId = keyof typeof normalisations

const side = z.union([
  z.number(),
  z.object({ height: z.number() }).transform(({ height }) => height),
  z.object({ shortest_edge: z.number() }).transform(({ shortest_edge: edge }) => edge),
])
const numbers = z.array(z.number()).length(3)
/** The part of Hugging Face's preprocessor_config.json that matters here; a field of another form counts as not there. */
const Described = z.object({
  image_mean: numbers.optional().catch(undefined),
  image_std: numbers.optional().catch(undefined),
  do_normalize: z.boolean().catch(true),
  crop_size: side.optional().catch(undefined),
  do_center_crop: z.boolean().nullish().catch(undefined),
  size: side.optional().catch(undefined),
})

export interface Preprocessing {
  readonly normalisation: Normalisation
  /** Where nothing says it, null. */
  readonly size: number | null
  /** Where it comes from, in plain words. */
  readonly source: string
}

/** What a file beside the model or in the folder above says; else what its name suggests; else that of most. */
export function preprocessingOf(file: string): Preprocessing {
  for (const folder of [dirname(file), dirname(dirname(file))]) {
    const found = described(join(folder, 'preprocessor_config.json'))
    if (found) return found
  }
  if (/clip/i.test(basename(file)))
    return { normalisation: normalisations.clip, size: null, source: 'that of CLIP, by the name of the file' }
  return { normalisation: normalisations.imagenet, size: null, source: 'that of ImageNet, which most were trained with' }
}

function described(path: string): Preprocessing | null {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch {
    return null
  }
  const { data } = Described.safeParse(jsonOf(content))
  if (!data) return null
  const {
    image_mean: mean,
    image_std: deviation,
    do_normalize: normalised,
    size,
    crop_size: crop,
    do_center_crop: cropped,
  } = data
  const given = mean && deviation ? { mean, deviation } : normalisations.imagenet
  return {
    normalisation: normalised ? given : normalisations.unit,
    size: (cropped === false || cropped === null ? undefined : crop) ?? size ?? null,
    source: 'as preprocessor_config.json beside it says',
  }
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content)
  } catch {
    return null
  }
}

/** Why a file could not be read as an image, in a code and in words. */

import type { fileAdvice } from '@shared/error-advice'

export type ProblemCode = keyof typeof fileAdvice

export class ImageProblem extends Error {
  readonly code: ProblemCode
  constructor(code: ProblemCode, reason: string, options?: ErrorOptions) {
    super(reason, options)
    this.name = 'ImageProblem'
    this.code = code
  }
}

/** Any failure while a file was read and decoded, as one of the above. */
export function problemOf(cause: unknown): ImageProblem {
  if (cause instanceof ImageProblem) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM') {
    return new ImageProblem('not-permitted', 'You have no permission to read this file.', { cause })
  }
  if (/^E[A-Z]+$/.test(code ?? '')) return new ImageProblem('unreadable', `The file could not be read (${code}).`, { cause })
  const [found, reason] = wordsOf(message)
  return new ImageProblem(found, reason, { cause })
}

export const truncatedReason = 'The file ends too early: part of the image is missing.'

export const tooLarge = (width: number, height: number) =>
  new ImageProblem('too-large', `The image claims ${width} × ${height} pixels, more than can be opened safely.`)

/** What the decoders say, in the product's words. */
function wordsOf(message: string): [ProblemCode, string] {
  if (/pixel limit|too large|memory limit|exceeds/i.test(message)) return ['too-large', 'The image is too large to open safely.']
  if (/^timeout/i.test(message)) return ['timed-out', 'Decoding took too long.']
  const said = detail(message)
  if (/not supported|bad labq|no known route|decoding plugin/i.test(said)) {
    return ['unsupported', `This kind of image cannot be read: ${said}`]
  }
  if (/premature end of JPEG image|unexpected end|end of file|truncated|read error|read gave/i.test(said)) {
    return ['truncated', truncatedReason]
  }
  return ['damaged', `The image is damaged: ${said}`]
}

/** The first thing a decoder said, without its own name before it. */
function detail(message: string): string {
  const [first = ''] = message
    .replace(/^Input buffer (has corrupt header|contains unsupported image format):?/, '')
    .trim()
    .split('\n')
  const plain = first
    .replace(/^([\w ]+: )+(?=\S)/, '')
    .trim()
    .slice(0, 160)
  return plain && plain !== 'Unknown error' ? `${plain.replace(/\.$/, '')}.` : 'its data make no sense.'
}

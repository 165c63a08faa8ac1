/** Why a file could not be read as an image, in a code and in words. */

export type ProblemCode =
  | 'empty-file'
  | 'not-an-image'
  | 'unsupported'
  | 'damaged'
  | 'too-large'
  | 'not-permitted'
  | 'unreadable'
  | 'changed-while-read'
  | 'timed-out'
  | 'crashed-the-decoder'

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
  const { code, message = String(cause) } = cause as NodeJS.ErrnoException
  if (code === 'EACCES' || code === 'EPERM')
    return new ImageProblem('not-permitted', 'You have no permission to read this file.', { cause })
  if (code?.startsWith('E')) return new ImageProblem('unreadable', `The file could not be read (${code}).`, { cause })
  if (/exceeds pixel limit|too large|memory limit/i.test(message)) return tooLarge(message)
  return new ImageProblem('damaged', `The image is damaged: ${firstLine(message)}`, { cause })
}

export const tooLarge = (detail: string) =>
  new ImageProblem('too-large', `The image is too large to open safely (${firstLine(detail)}).`)

const firstLine = (text: string) => text.replace(/\s+/g, ' ').trim().slice(0, 200)

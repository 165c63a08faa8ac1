/** Every error a person can meet: a code, the values that belong to it, and one plain sentence made from them. */
import { z } from 'zod'

const path = z.object({ path: z.string() })
const pathReason = path.extend({ reason: z.string() })

/** Values by code. Handlers throw these through the contract; `sentence` words them. */
export const errorValues = {
  NOT_A_FOLDER: path,
  FOLDER_EMPTY: path,
  NO_READABLE_IMAGE: path.extend({ files: z.number(), firstReason: z.string() }),
  NOT_PERMITTED: path,
  NOT_FOUND: path,
  PROJECT_EXISTS: path,
  PROJECT_READ_ONLY: path,
  PROJECT_IN_USE: path,
  PROJECT_NEWER: path.extend({ found: z.number(), known: z.number() }),
  PROJECT_DAMAGED: pathReason,
  NO_PROJECT: z.object({}),
  DISK_FULL: path.extend({ needed: z.number().nullable(), free: z.number().nullable() }),
  TARGET_EXISTS: path,
  TARGET_NOT_EXPORT: pathReason,
  TARGET_NOT_WRITABLE: path,
  TARGET_INSIDE_IMAGES: path,
  NOTHING_TO_DO: z.object({ what: z.string() }),
  NOT_READY: z.object({ needs: z.string() }),
  GUESSES_UNSURE: z.object({ target: z.string() }),
  BAD_PARAMETER: z.object({ name: z.string(), reason: z.string() }),
  UNKNOWN_ID: z.object({ what: z.string(), id: z.string() }),
  CLASS_NAME_TAKEN: z.object({ name: z.string() }),
  LABEL_FILE: pathReason.extend({ unknown: z.array(z.string()).max(20), count: z.number() }),
  WORKER_CRASHED: z.object({ worker: z.string(), reason: z.string() }),
  CANCELLED: z.object({ what: z.string() }),
  CAPABILITY_MISSING: z.object({ capability: z.string() }),
} satisfies Record<string, z.ZodType>

export type ErrorCode = keyof typeof errorValues
export type ErrorValues<C extends ErrorCode> = z.infer<(typeof errorValues)[C]>

const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`

/** Reasons come from elsewhere, some as sentences. */
const ended = (reason: string) => (reason.endsWith('.') ? reason : `${reason}.`)

const sentences: { [C in ErrorCode]: (values: ErrorValues<C>) => string } = {
  NOT_A_FOLDER: ({ path }) => `${path} is not a folder.`,
  FOLDER_EMPTY: ({ path }) => `${path} holds no files.`,
  NO_READABLE_IMAGE: ({ path, files, firstReason }) =>
    files === 1
      ? `The only file in ${path} could not be read as an image: ${firstReason}`
      : `None of the ${files.toLocaleString('en')} files in ${path} could be read as an image. The first: ${firstReason}`,
  NOT_PERMITTED: ({ path }) => `You have no permission to read ${path}.`,
  NOT_FOUND: ({ path }) => `${path} does not exist.`,
  PROJECT_EXISTS: ({ path }) => `There is a project at ${path} already.`,
  PROJECT_READ_ONLY: ({ path }) => `The project ${path} cannot be written.`,
  PROJECT_IN_USE: ({ path }) => `The project ${path} is open in another Handful.`,
  PROJECT_NEWER: ({ path, found, known }) =>
    `The project ${path} was made by a newer Handful (format ${found}; this one knows ${known}).`,
  PROJECT_DAMAGED: ({ path, reason }) => `The project ${path} is damaged and was left as it is: ${ended(reason)}`,
  NO_PROJECT: () => 'No project is open.',
  DISK_FULL: ({ path, needed, free }) =>
    `Not enough room on the disk of ${path}` +
    (needed !== null && free !== null ? `: ${megabytes(needed)} needed, ${megabytes(free)} free.` : '.'),
  TARGET_EXISTS: ({ path }) => `${path} exists already.`,
  TARGET_NOT_EXPORT: ({ path, reason }) => `${path} is not replaced: ${reason}.`,
  TARGET_NOT_WRITABLE: ({ path }) => `You may not write to ${path}.`,
  TARGET_INSIDE_IMAGES: ({ path }) => `${path} is inside the image folder.`,
  NOTHING_TO_DO: ({ what }) => `There is nothing to do: ${what}.`,
  NOT_READY: ({ needs }) => `This needs ${needs} first.`,
  GUESSES_UNSURE: ({ target }) => `No guess is expected to be right in ${target} of cases yet.`,
  BAD_PARAMETER: ({ name, reason }) => `${name}: ${ended(reason)}`,
  UNKNOWN_ID: ({ what, id }) => `There is no ${what} ${id} in this project.`,
  CLASS_NAME_TAKEN: ({ name }) => `There is a class named “${name}” already.`,
  LABEL_FILE: ({ path, reason, unknown, count }) =>
    `${path}: ${reason}` +
    (count ? ` (${count.toLocaleString('en')}: ${unknown.join(', ')}${count > unknown.length ? ' …' : ''})` : ''),
  WORKER_CRASHED: ({ worker, reason }) => `The ${worker} process ended unexpectedly (${reason}).`,
  CANCELLED: ({ what }) => `${what} was cancelled.`,
  CAPABILITY_MISSING: ({ capability }) => `This host has no ${capability}.`,
}

export function sentence<C extends ErrorCode>(code: C, values: ErrorValues<C>): string {
  return sentences[code](values)
}

/** Thrown below the contract; handlers turn it into the typed error of the same code. */
export class HandfulError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly data: ErrorValues<C>
  constructor(code: C, data: ErrorValues<C>, options?: ErrorOptions) {
    super(sentence(code, data), options)
    this.name = 'HandfulError'
    this.code = code
    this.data = data
  }
}

/** The error map of the contract: every procedure may answer any of these. */
export const errorMap = Object.fromEntries(Object.entries(errorValues).map(([code, data]) => [code, { data }])) as {
  [C in ErrorCode]: { data: (typeof errorValues)[C] }
}

/** Beside the sentence of each error: why it happens and what to do next. Windows, the command line and docs/errors.md read this one table. */
import type { ErrorCode } from './errors'

export interface Advice {
  /** Why this happens, in general. */
  cause: string
  /** What a person does about it. */
  next: string
  /** The sentence of the error says it itself, so windows do not repeat it. */
  said?: true
}

/** Of acts and jobs, by error code. */
export const errorAdvice: Record<ErrorCode, Advice> = {
  NOT_A_FOLDER: { cause: 'The path leads to a file.', next: 'Choose the folder that holds the images.' },
  FOLDER_EMPTY: {
    cause: 'The folder has no entries; a drive may not be mounted there.',
    next: 'Check that the drive is connected, or choose another folder.',
  },
  NO_READABLE_IMAGE: {
    cause: 'All files are of kinds that cannot be read, or are damaged.',
    next: 'Look at the first reason; convert the images to JPEG, PNG or TIFF, or choose another folder.',
  },
  NOT_PERMITTED: {
    cause: 'The operating system does not let your account read it.',
    next: 'Change its permissions, or copy the images to a folder of your own.',
  },
  NOT_FOUND: {
    cause: 'It was moved, renamed or deleted, or its drive is not connected.',
    next: 'Connect the drive, or choose where it is now.',
  },
  PROJECT_EXISTS: {
    cause: 'A project was made in this folder before.',
    next: 'Open it, or choose another name for the new one.',
  },
  PROJECT_READ_ONLY: {
    cause: 'The folder, its disk or its files are write-protected.',
    next: 'Move the project to a folder that you may write to, or change its permissions.',
  },
  PROJECT_IN_USE: {
    cause: 'A project is open in one Handful at a time, so that two never write the same file.',
    next: 'Close it in the other window, browser or terminal, then try again.',
  },
  PROJECT_NEWER: {
    cause: 'A later version of Handful changed how projects are stored.',
    next: 'Update Handful, then open the project again.',
  },
  PROJECT_DAMAGED: {
    cause: 'A failing disk, an interrupted copy or another program changed the database.',
    next: 'Rescue what can be read on the Projects page, or with “handful doctor --repair”: the damaged file is kept. Or restore a backup.',
  },
  NO_PROJECT: { cause: 'The project was closed.', next: 'Open a project on the Projects page.' },
  DISK_FULL: {
    cause: 'The disk has no room for thumbnails, pixels, embeddings or the export.',
    next: 'Free some space, or clear the project’s caches in Settings, then resume: what was done is kept.',
  },
  TARGET_EXISTS: {
    cause: 'Something of this name is there already.',
    next: 'Choose another name, or allow it to be replaced.',
  },
  TARGET_NOT_EXPORT: {
    cause: 'Handful replaces only what it exported itself and nobody added to.',
    next: 'Choose another name, or move what is there away.',
  },
  TARGET_NOT_WRITABLE: {
    cause: 'The place is write-protected or belongs to somebody else.',
    next: 'Choose another place for the export.',
  },
  TARGET_INSIDE_IMAGES: {
    cause: 'Handful never writes to the folder of your images.',
    next: 'Choose a place outside the image folder.',
  },
  NOTHING_TO_DO: { cause: 'The act applies to no image.', next: 'Select images, or lower the demanded confidence.', said: true },
  NOT_READY: {
    cause: 'A step that this one builds on has not been done.',
    next: 'Do that step first, then come back.',
    said: true,
  },
  GUESSES_UNSURE: {
    cause: 'The labels so far do not tell the classes apart that well.',
    next: 'Label some more images, or choose a lower target.',
  },
  BAD_PARAMETER: { cause: 'A value is outside what this step can use.', next: 'Change the value that is named.', said: true },
  UNKNOWN_ID: {
    cause: 'What was asked for was removed meanwhile, or belongs to another project.',
    next: 'Reload the page, or list what there is with “handful info”.',
    said: true,
  },
  CLASS_NAME_TAKEN: {
    cause: 'Two classes cannot share a name.',
    next: 'Use the class that exists, or choose another name.',
    said: true,
  },
  LABEL_FILE: {
    cause: 'The file is not a table of image paths and labels that agree.',
    next: 'Correct the named lines; docs/command-line.md describes the format.',
  },
  WORKER_CRASHED: {
    cause: 'The operating system ended the process, most often because memory ran out, or a library failed.',
    next: 'Resume: what was done is kept. If it happens again, use fewer threads in Settings and copy the diagnostics there.',
  },
  CANCELLED: { cause: 'Somebody stopped it.', next: 'Resume it from the job strip; it goes on where it was.', said: true },
  CAPABILITY_MISSING: {
    cause: 'The browser and the command line have no native dialogs and no file manager.',
    next: 'Type the path, or use the app in its own window.',
  },
}

/** Of single files that could not be read, by the code of their problem. */
export const fileAdvice = {
  'empty-file': { cause: 'A copy or a download was interrupted before its first byte.', next: 'Copy the file again.' },
  'not-an-image': { cause: 'The bytes are those of something else.', next: 'Rename the file, or leave it where it is.' },
  unsupported: { cause: 'No decoder here knows this kind of image.', next: 'Convert it to PNG, TIFF or JPEG.' },
  truncated: {
    cause: 'A copy or a download was interrupted.',
    next: 'Copy the file again from where it came; training programs refuse such files too.',
  },
  damaged: { cause: 'Bytes were changed by a failing disk or a faulty program.', next: 'Restore the file from a copy.' },
  'too-large': {
    cause: 'Decoding it could take more memory than this computer has; some files only claim to be that large.',
    next: 'Make a smaller copy, if the image is what it claims to be.',
  },
  'not-permitted': { cause: 'Your account may not read it.', next: 'Change its permissions, then rescan.' },
  unreadable: { cause: 'The disk or the network did not deliver it.', next: 'Check the drive, then rescan.' },
  'changed-while-read': { cause: 'Another program was writing it.', next: 'Rescan when that program is done.' },
  'timed-out': { cause: 'The file makes its decoder work without end, or the disk hangs.', next: 'Rescan to try it once more.' },
  'crashed-the-decoder': {
    cause: 'The file makes its decoder fail; only that process ended.',
    next: 'Open it in an image editor and save it anew.',
  },
} satisfies Record<string, Advice>

/** The sentence of an error with the next step behind it, as windows and the command line show it. */
export function withNextStep({ code, message }: { code?: unknown; message: string }): string {
  const advice = adviceOf(code)
  return advice && !advice.said ? `${message} ${advice.next}` : message
}

/** What is known of a code, of either kind. */
export function adviceOf(code: unknown): Advice | undefined {
  const all: Record<string, Advice> = { ...errorAdvice, ...fileAdvice }
  return typeof code === 'string' && Object.hasOwn(all, code) ? all[code] : undefined
}

/** Any failure as code, sentence and values: what the job table keeps and windows show. */
import { ORPCError } from '@orpc/client'
import { type ErrorCode, errorValues, type ErrorValues, HandfulError } from '@shared/errors'
import type { Job } from '@shared/model'

export function errorOf(cause: unknown): NonNullable<Job['error']> {
  if (cause instanceof HandfulError || cause instanceof ORPCError) {
    return { code: String(cause.code), message: cause.message, data: cause.data as unknown }
  }
  return { code: 'UNEXPECTED', message: cause instanceof Error ? cause.message : String(cause) }
}

/** A worker's typed error as the one it was before it crossed the channel. */
export function fromWorker(cause: unknown): unknown {
  if (!(cause instanceof ORPCError) || !(cause.code in errorValues)) return cause
  const code = cause.code as ErrorCode
  return new HandfulError(code, cause.data as ErrorValues<ErrorCode>, { cause })
}

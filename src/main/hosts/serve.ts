/** The worker's end of the channel: serves a router on the pipe that main gave, and ends with it. */
import { Socket } from 'node:net'
import { mapEventIterator } from '@orpc/client'
import type { AnyRouter } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { ORPCError } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import { framePort } from './frames'

/** Serves until main goes away; a worker never outlives main. */
export function serve(router: AnyRouter): void {
  const stream = new Socket({ fd: 3, readable: true, writable: true })
  stream.on('close', () => process.exit(0))
  const handler = new RPCHandler(router as never, { clientInterceptors: [(call) => withTypedErrors(() => call.next())] })
  handler.upgrade(framePort(stream))
}

/** Errors of a call, and those that end a stream in the middle. */
async function withTypedErrors(next: () => Promise<unknown>): Promise<unknown> {
  const output = await next().catch((cause: unknown) => {
    throw typed(cause)
  })
  if (!isIterator(output)) return output
  return mapEventIterator(output, { value: async (value: unknown) => value, error: async (cause) => typed(cause) })
}

const isIterator = (value: unknown): value is AsyncIterator<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value

/** HandfulError crosses as the typed error of its code, anything else with its own message instead of a blank 500. */
function typed(cause: unknown): Error {
  if (cause instanceof HandfulError) return new ORPCError(cause.code, { message: cause.message, data: cause.data, defined: true })
  if (cause instanceof ORPCError) return cause
  const message = cause instanceof Error ? cause.message : String(cause)
  return new ORPCError('INTERNAL_SERVER_ERROR', { message, cause })
}

/** The worker's end of the channel: serves a router on the pipe that main gave, and ends with it. */
import { Socket } from 'node:net'
import type { AnyRouter } from '@orpc/server'
import { RPCHandler } from '@orpc/server/message-port'
import { onError, ORPCError } from '@orpc/server'
import { HandfulError } from '@shared/errors'
import { framePort } from './frames'

/** Serves until main goes away; a worker never outlives main. */
export function serve(router: AnyRouter): void {
  const stream = new Socket({ fd: 3, readable: true, writable: true })
  stream.on('close', () => process.exit(0))
  const handler = new RPCHandler(router as never, { interceptors: [onError(typed)] })
  handler.upgrade(framePort(stream))
}

/** HandfulError crosses as the typed error of its code, anything else with its own message instead of a blank 500. */
function typed(cause: unknown): void {
  if (cause instanceof HandfulError) throw new ORPCError(cause.code, { message: cause.message, data: cause.data, defined: true })
  if (cause instanceof ORPCError) return
  if (cause instanceof Error) throw new ORPCError('INTERNAL_SERVER_ERROR', { message: cause.message, cause })
}

/** The contract's implementer: handlers get the session, and errors of the layers below become the contract's typed ones. */
import { implement, ORPCError } from '@orpc/server'
import { contract } from '@shared/contract'
import { HandfulError } from '@shared/errors'
import { storageFailure } from '../store/failures'
import type { Session } from './session'

export const handle = implement(contract)
  .$context<{ session: Session }>()
  .use(async ({ next, context }) => {
    try {
      return await next()
    } catch (thrown) {
      const cause = storageFailure(thrown, context.session.current?.store.folder ?? '')

      if (cause instanceof HandfulError)
        throw new ORPCError(cause.code, { message: cause.message, data: cause.data, defined: true, cause })
      if (cause instanceof ORPCError || !(cause instanceof Error)) throw cause
      throw new ORPCError('INTERNAL_SERVER_ERROR', { message: cause.message, cause })
    }
  })

/** Query strategies over the contract. */
import { strategyDescriptors } from '../labeling/strategies/descriptors'
import { handle } from './base'

export const queries = {
  strategies: handle.queries.strategies.handler(() => strategyDescriptors),
  next: handle.queries.next.handler(({ context, input }) => context.session.project.analysis.ask((client) => client.next(input))),
}

/** The contract builder with the product's errors. */
import { oc } from '@orpc/contract'
import { errorMap } from '../errors'

export const procedure = oc.errors(errorMap)

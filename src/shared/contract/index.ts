/** Everything a window, a browser or the command line may ask of the host. */
import { annotations } from './annotations'
import { audit } from './audit'
import { care } from './care'
import { classes } from './classes'
import { cleaning } from './cleaning'
import { clusters } from './clusters'
import { exports } from './exports'
import { host } from './host'
import { jobs } from './jobs'
import { map } from './map'
import { pretrain } from './pretrain'
import { progress } from './progress'
import { projects } from './projects'
import { queries } from './queries'
import { review } from './review'
import { samples } from './samples'

export const contract = {
  host,
  projects,
  jobs,
  samples,
  pretrain,
  clusters,
  map,
  classes,
  annotations,
  queries,
  review,
  cleaning,
  progress,
  audit,
  exports,
  care,
}
export type Contract = typeof contract

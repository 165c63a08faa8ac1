/** What a cluster is called on screen. */
import type { Cluster } from '@shared/model'
import { label as t } from '../../strings/label'
import { outlierId } from './board'

export const clusterName = (cluster: Pick<Cluster, 'id' | 'name'>, number: number) =>
  cluster.id === outlierId ? t.cluster.outliers : (cluster.name ?? t.cluster.name(number))

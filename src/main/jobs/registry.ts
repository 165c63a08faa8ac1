/** Every kind of job, by its name in the job table. */
import type { JobKind } from '@shared/model'
import { clusterJob } from './cluster'
import { exportJob } from './export'
import { importJob } from './import'
import { finetuneJob } from './finetune'
import type { JobDefinition } from './job'
import { pretrainJob } from './pretrain'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- parameters are read back from the job table by kind
export const jobDefinitions: Record<JobKind, JobDefinition<any>> = {
  import: importJob,
  pretrain: pretrainJob,
  cluster: clusterJob,
  finetune: finetuneJob,
  export: exportJob,
}

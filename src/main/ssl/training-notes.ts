/** What the notes of a run say about how it was trained. */
import { providerName } from '../engine/providers'
import { settleNote } from './early-stop'
import { lastStep, type StepPlan } from './step-plan'

/** What a trial of execution providers came to; undefined where there was no choice. */
export function trainedOn(provider: string, fallback: string | null): string | undefined {
  if (fallback !== null) return `Trained on ${providerName(provider)}: ${fallback}.`
  return provider === 'cpu' ? undefined : `Trained on ${providerName(provider)}, which was the faster in a trial.`
}

/** @param fallback why the processor took over where it did */
export function trainingNotes(plan: StepPlan, fallback: string | null): string[] {
  const { batch, steps, settle, recoveries = 0, providerNote = '' } = plan
  const times = recoveries === 1 ? 'once' : `${recoveries} times`
  return [
    `Trained for ${lastStep(plan).toLocaleString('en')} steps of ${batch} images.`,
    settle ? settleNote(settle, steps) : '',
    recoveries > 0 ? `Training was begun again ${times} with a smaller learning rate, since it had collapsed.` : '',
    // As the trial at the start decided, and as it turned out where a run goes on elsewhere.
    providerNote,
    fallback !== null && !providerNote.includes(fallback) ? `Went on on the processor: ${fallback}.` : '',
  ].filter(Boolean)
}

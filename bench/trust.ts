/** Trust: kills at random moments, files that were tampered with, and a long day in fast motion. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run as importNasty } from './nasty'
import { fuzz } from './trust/fuzz'
import { killThroughStages } from './trust/kill'
import { soak } from './trust/soak'
import { stages } from './trust/stages'

/**
 * Options: `kills` in all, spread over the stages; `stages` names them (`import,export`); `fuzz` files; `minutes` of the soak; `seed`.
 * What is left out is not done.
 * @returns figures `trust.*`: kills, lost (broken promises), by stage; fuzzed files, crashes, hangs; growth in memory (MB) of the soak
 */
export async function run({ kills, stages: only, fuzz: files, minutes, seed = '1' }: Record<string, string>) {
  const figures: Record<string, number> = {}
  if (kills) Object.assign(figures, await killed(Number(kills), Number(seed), only?.split(',')))
  const base = mkdtempSync(join(tmpdir(), 'handful-trust-'))
  try {
    if (files) {
      const { fuzzed, crashes, hangs, mainDeaths, outcomes, peak } = await fuzz({
        base,
        count: Number(files),
        seed: Number(seed),
      })
      Object.assign(figures, {
        'trust.fuzzed': fuzzed,
        'trust.crashes': mainDeaths,
        'trust.hangs': hangs,
        'trust.decoder_crashes': crashes,
        'trust.fuzz_peak_mb': peak,
      })
      Object.assign(figures, await nasty())
      for (const [outcome, count] of outcomes) figures[`trust.fuzz.${outcome}`] = count
    }
    if (minutes) Object.assign(figures, await soak({ base, minutes: Number(minutes), seed: Number(seed) }))
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
  return { figures }
}

async function killed(kills: number, seed: number, only = Object.keys(stages)): Promise<Record<string, number>> {
  const tell = (line: string) => console.error(line)
  const reports = await killThroughStages({ perStage: Math.ceil(kills / only.length), seed, only, tell })
  const figures: Record<string, number> = { 'trust.kills': 0, 'trust.lost': 0 }
  for (const [stage, { main, worker, broken }] of Object.entries(reports)) {
    figures['trust.kills']! += main + worker
    figures['trust.lost']! += broken.length
    Object.assign(figures, {
      [`trust.kills.${stage}`]: main + worker,
      [`trust.kills.${stage}.main`]: main,
      [`trust.lost.${stage}`]: broken.length,
    })
  }
  return figures
}

/** The known bad files, where the shared data are at hand: those whose decoder crashed or hung are told apart. */
async function nasty(): Promise<Record<string, number>> {
  if (!process.env['HANDFUL_DATA']) return {}
  const { figures } = await importNasty({})
  const {
    'nasty.longest_s': _longest,
    'nasty.seconds': _seconds,
    'nasty.peak_mb': _peak,
    ...counts
  } = figures as Record<string, number>
  return {
    'trust.nasty_files': Object.values(counts).reduce((sum, count) => sum + count, 0),
    'trust.nasty_crashes': counts['nasty.crashed-the-decoder'] ?? 0,
    'trust.nasty_hangs': counts['nasty.timed-out'] ?? 0,
  }
}

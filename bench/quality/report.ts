/** What the quality bench writes for the docs: tables, and plots beside them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { taskDescriptors } from '../../src/main/ssl/descriptors'
import { commandOf, multiples, percent, table, writePart } from '../labeled/report'
import { mean } from '../labeling/curves'
import { accuracyOf, knnOf, meanOver, type Outcome, outcomeOf, pairedDifference, secondsOf, secondsToPeers } from './outcomes'
import { peers } from './peers'
import { type Line, plot } from './plot'

interface Measured {
  outcomes: readonly Outcome[]
  sets: readonly string[]
  draws: number
}

const last = multiples.length - 1
const raced = ['instant', 'auto']

/** @param path of a Markdown file; plots go to `images/` beside it */
export function writeReport(path: string, given: Record<string, string>, measured: Measured): void {
  const whats = [...new Set(measured.outcomes.map(({ what }) => what))]
  const tested = whats.filter((what) => measured.outcomes.some((one) => one.what === what && one.isPeer))
  const others = whats.filter((what) => !tested.includes(what))
  const images = join(dirname(path), 'images')
  mkdirSync(images, { recursive: true })
  const drawn = (name: string, title: string, svg: string | null) => {
    if (svg === null) return []
    writeFileSync(join(images, name), svg)
    return ['', `![${title}](images/${name})`]
  }
  writePart(path, 'quality', 'Encoders', [
    `\`${commandOf('quality', given)}\`: accuracy in % on the images not labeled, mean over seeds and over ${measured.draws} draws,`,
    'each on a random four fifths of the images, the same for every encoder (kNN, leave one out, is on all of them). Labels as multiples of the number',
    `of classes (${multiples.join(' / ')}), asked by the strategy _auto_ without the truth; heads as the app chooses them. Differences with their 95 % interval,`,
    'Student’s t over pairs of the same seed and draw: how sure the mean of these fits is, asked about other images. Seconds are those of the fit alone.',
    ...drawn('quality-labels.svg', 'Accuracy against labels', labelsPlot(measured, whats)),
    '',
    ...raceTable(measured),
    ...(tested.length > 0 ? ['', ...peerTable(measured, tested)] : []),
    ...drawn('quality-minutes.svg', 'Accuracy against minutes', tested.length > 0 ? minutesPlot(measured, whats) : null),
    ...(others.some((what) => !raced.includes(what)) ? ['', ...taskTable(measured, others)] : []),
  ])
}

function raceTable({ outcomes, sets }: Measured): string[] {
  const shown = (value: (at: number) => number | undefined) =>
    value(0) === undefined ? '' : multiples.map((_, at) => percent(value(at))).join(' / ')
  const difference = (over: readonly string[], at: number) => {
    const found = pairedDifference(outcomes, over, ['auto', 'instant'], at)
    return found ? `${signed(found.mean)} (${signed(found.lower)} … ${signed(found.upper)})` : ''
  }
  const differences = (over: readonly string[]) => [1, 2].map((at) => difference(over, at))
  const rows = sets.map((set) => {
    const cells = raced.flatMap((what) => {
      const one = outcomeOf(outcomes, set, what)
      return one ? [percent(knnOf(one)), shown((at) => accuracyOf(one, at)), secondsOf(one).toFixed(0)] : ['', '', '']
    })
    return [describe(outcomes, set), ...cells, ...differences([set])]
  })
  const means = raced.flatMap((what) => [
    percent(meanOver(outcomes, sets, what, knnOf)),
    shown((at) => meanOver(outcomes, sets, what, (one) => accuracyOf(one, at))),
    '',
  ])
  const head = raced.flatMap((what) => [`${what}: kNN`, multiples.join(' / '), 'seconds'])
  const gains = [1, 2].map((at) => `auto − instant, ${multiples[at]} × classes`)
  return table(['set (images, classes)', ...head, ...gains], [...rows, ['**mean**', ...means, ...differences(sets)]])
}

/** On the sets that peers were measured on, labels as many as at the end. */
function peerTable({ outcomes, sets }: Measured, tested: readonly string[]): string[] {
  const mine = sets.filter((set) => tested.some((what) => outcomeOf(outcomes, set, what)))
  const columns = [...raced, ...tested]
  const rows = mine.map((set) => {
    const cells = columns.map((what) => {
      const one = outcomeOf(outcomes, set, what)
      return one ? percent(accuracyOf(one, last)) : ''
    })
    const isRaced = raced.some((what) => outcomeOf(outcomes, set, what))
    return [set, ...cells, secondsToPeers(outcomes, set)?.toFixed(0) ?? (isRaced ? 'not reached' : '')]
  })
  const head = [...raced, ...tested.map(titleOf), 'seconds to the best peer’s accuracy']
  return [
    `Beside other encoders on the same pixels, ${multiples[last]} × classes labels, the same heads and draws:`,
    '',
    ...table(['set', ...head], rows),
  ]
}

function taskTable({ outcomes, sets }: Measured, whats: readonly string[]): string[] {
  const whole = sets.filter((set) => whats.every((what) => outcomeOf(outcomes, set, what)))
  const mine = whole.length > 0 ? whole : sets.filter((set) => whats.some((what) => outcomeOf(outcomes, set, what)))
  const rows = whats.map((what) => {
    const cells = mine.map((set) => {
      const one = outcomeOf(outcomes, set, what)
      return one ? percent(accuracyOf(one, last)) : ''
    })
    const average = percent(meanOver(outcomes, mine, what, (one) => accuracyOf(one, last)))
    const minutes = [...new Set(outcomes.filter((one) => one.final && one.what === what).map((one) => one.minutes))].join(', ')
    return [titleOf(what), minutes, ...cells, average, taskDescriptors.find(({ id }) => id === what)?.help ?? '']
  })
  rows.sort((a, b) => Number(b.at(-2)) - Number(a.at(-2)))
  return [
    `Pretext tasks measured, ${multiples[last]} × classes labels:`,
    '',
    ...table(['task', 'minutes', ...mine, 'mean', 'for whom'], rows),
  ]
}

/** Of what was measured on all sets, null when nothing was; of the raced tasks and the peers, for the others have a table of their own. */
function labelsPlot({ outcomes, sets }: Measured, whats: readonly string[]): string | null {
  const onAll = whats.filter((what) => sets.every((set) => outcomeOf(outcomes, set, what)))
  const lines = onAll
    .filter((what) => plotted.includes(what))
    .map((what): Line => {
      const points = multiples.map((x, at) => ({ x, y: meanOver(outcomes, sets, what, (one) => accuracyOf(one, at))! }))
      return { ...styleOf(what), points }
    })
  if (lines.length === 0) return null
  const title = `Accuracy against labels, mean of ${sets.length} ${sets.length === 1 ? 'set' : 'sets'}`
  return plot(lines, { title, x: 'labels as multiples of the number of classes', y: 'accuracy, %', ticks: multiples })
}

/** Mean over the sets that peers were measured on, at each budget and checkpoint; null when nothing was measured on all of them. */
function minutesPlot({ outcomes, sets }: Measured, whats: readonly string[]): string | null {
  const mine = sets.filter((set) => outcomes.some((one) => one.isPeer && one.set === set))
  const lines = whats.flatMap((what): Line[] => {
    if (!plotted.includes(what) || what === 'pixels') return []
    const stages = Map.groupBy(
      outcomes.filter((one) => one.what === what && mine.includes(one.set)),
      ({ minutes }) => minutes,
    )
    const whole = [...stages.values()].filter((stage) => stage.length === mine.length)
    const points = whole.map((stage) => ({
      x: Math.max(1, mean(stage.map(secondsOf))) / 60,
      y: mean(stage.map((one) => accuracyOf(one, last))),
    }))
    return points.length === 0 ? [] : [{ ...styleOf(what), points: points.sort((a, b) => a.x - b.x) }]
  })
  if (lines.length === 0) return null
  const longest = Math.max(...lines.flatMap(({ points }) => points.map(({ x }) => x)))
  return plot(lines, {
    title: `Accuracy with ${multiples[last]} × classes labels against minutes: ${mine.join(', ')}`,
    x: 'minutes of fitting',
    y: 'accuracy, %',
    ticks: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60].filter((tick) => tick <= Math.max(0.2, longest)),
  })
}

const isPeer = (what: string) => Object.values(peers).some(({ id }) => id === what)
const titleOf = (what: string) =>
  Object.values(peers).find(({ id }) => id === what)?.title ?? taskDescriptors.find(({ id }) => id === what)?.title ?? what
const plotted = ['auto', 'instant', 'pixels', ...Object.values(peers).map(({ id }) => id)]
const styleOf = (what: string) => ({ name: titleOf(what), dashed: isPeer(what), colour: plotted.indexOf(what) })
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`

function describe(outcomes: readonly Outcome[], set: string): string {
  const one = outcomes.find((each) => each.set === set)
  return one ? `${set} (${one.images}, ${one.classes})` : set
}

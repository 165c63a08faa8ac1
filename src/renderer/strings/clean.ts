/** Words of the cleaning page. */
import { formatCount, formatPercent, plural } from './format'

export const clean = {
  title: 'Clean',
  note: 'What looks wrong in the labels: check it, fix it by a key. Nothing changes by itself.',
  parts: 'What to check',
  waiting: 'Nothing to check yet',
  waitingHelp: 'Pretrain an encoder first; near copies and outliers are found with the clusters.',
  toPretrain: 'Go to pretraining',
  again: 'Look again',
  looking: 'Looking…',
  suspects: {
    tab: 'Labels to check',
    none: 'No label looks wrong',
    noneText: 'Every label was hidden in turn and guessed from the others; none is clearly wrong.',
    done: 'All checked',
    doneText: (count: number) =>
      `${plural(count, 'label')} gone through. Look again after changes: better labels show what else is wrong.`,
    question: 'Is this label right?',
    missingQuestion: 'Is a class missing?',
    given: 'Labeled',
    suggested: 'Looks like',
    keep: 'The label is right',
    take: 'Change it',
    add: 'Add it',
    not: 'Does not show',
    takeAway: 'Take the class away',
    isNot: 'Not there',
    keepWithout: 'The labels are complete',
    skip: 'Skip',
    back: 'Back',
    left: (count: number) => `${formatCount(count)} to check, the clearest first`,
    clear: (count: number, labels: number) =>
      count === 0
        ? 'None of them looks clearly wrong.'
        : 3 * count > labels
          ? `${formatCount(count)} of ${plural(labels, 'label')} look wrong, which is too many to be true: guesses are still poor. Label some more first.`
          : `${formatCount(count)} of them clearly look wrong. Stop when they turn out right.`,
    between: (a: string, b: string) => `Between ${a} and ${b}`,
    all: 'Show all',
    coming: 'Next',
    percent: formatPercent,
  },
  copies: {
    tab: 'Near copies',
    none: 'No near copies',
    noneText: 'No two images are the same picture saved twice, cropped by a hair or shot in a row.',
    help: 'The same picture saved twice, a burst, a crop by a hair; the best shot stands first: the sharpest of the large ones. A split never tears them apart.',
    list: 'Groups of near copies',
    group: (count: number) => plural(count, 'image'),
    conflict: 'Labeled differently',
    unlabeled: 'none labeled',
    alike: 'Label all alike',
    best: 'Best shot',
    more: 'Show more',
    keys: 'Arrows choose a group, G labels all of it alike, 1 … 0 gives it a class.',
  },
  overlaps: {
    tab: 'Overlapping classes',
    none: 'No classes overlap',
    noneText: 'No two classes have labels that look like the other.',
    help: 'Classes whose labels look like one another. Check the labels between them, or make one class of two.',
    share: (shared: number, of: number) => `${formatCount(shared)} of ${plural(of, 'label')} look like the other`,
    check: 'Check them',
    merge: 'Merge…',
    mergeTitle: (from: string, into: string) => `Make ${from} part of ${into}?`,
    mergeText: (from: string, into: string) => `All labels of ${from} become ${into}. One undo takes it back.`,
    mergeAction: 'Merge',
  },
  outliers: {
    tab: 'Outliers',
    none: 'No outliers',
    noneText: 'No unlabeled image is much less like its neighbours than the others are like theirs.',
    help: 'Unlike everything else: spoiled shots, strays, rare things. Select and press U for “unknown”, or a class.',
    count: (count: number) => plural(count, 'image'),
    grid: 'Images unlike all others, the most unlike first',
  },
}

/** Words of the frame: navigation, jobs, connection, shortcuts. */
import { formatCount, formatRate, formatSeconds, plural } from './format'

export const shell = {
  product: 'Handful',
  clustersReady: (clusters: number) => `${plural(clusters, 'cluster')} ready to be named`,
  startLabeling: 'Start labeling',
  navigation: 'Workflow',
  skip: 'Skip to content',
  unknownError: 'Something went wrong, and the host did not say what.',
  states: { done: 'done', running: 'running', next: 'next step', open: '' },
  switchProject: 'Switch project',
  theme: 'Appearance',
  themes: { auto: 'Follow the system', light: 'Light', dark: 'Dark' },
  shortcuts: 'Keyboard shortcuts',
  everywhere: 'Everywhere',
  version: (version: string) => `Handful ${version}`,
  close: 'Close',
  dismiss: 'Dismiss',
  cancel: 'Cancel',
  notifications: 'Messages',
  connection: {
    lost: 'The connection to Handful was lost. Reconnecting…',
    help: 'Nothing is lost: finished acts are saved. Handful may have been closed; start it again and this page goes on.',
    retry: 'Try now',
    connecting: 'Connecting…',
  },
  broken: {
    title: 'This page ran into a problem',
    help: 'Your labels are safe. Try the page again; if it keeps happening, restart Handful.',
    again: 'Try again',
  },
  noProject: {
    title: 'No project is open',
    text: 'Choose a folder of images first. Everything else follows from it.',
    action: 'Go to projects',
  },
  jobs: {
    strip: 'Running work',
    cancel: (title: string) => `Cancel: ${title}`,
    resume: 'Resume',
    dismiss: 'Dismiss',
    queued: 'Waiting for its turn',
    paused: 'Interrupted',
    progress: (done: number, total: number | null) =>
      total === null ? formatCount(done) : `${formatCount(done)} of ${formatCount(total)}`,
    rate: formatRate,
    loss: (value: number) => `loss ${value.toPrecision(3)}`,
    left: (seconds: number) => `${formatSeconds(seconds)} left`,
    failed: (title: string) => `${title} stopped`,
    more: (count: number) => `${formatCount(count)} more waiting`,
  },
  keys: {
    help: 'Show this sheet',
    undo: 'Undo',
    redo: 'Redo',
    page: 'Go to a page (by its place)',
  },
}

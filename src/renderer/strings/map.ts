/** Words of the map page. */
import { formatCount, formatDay, formatPercent, isolated, plural } from './format'

const fields: Record<string, string> = {
  class: 'Label',
  predicted: 'Guess',
  confidence: 'Confidence',
  cluster: 'Cluster',
  typicality: 'Typicality',
  folder: 'Folder',
  date: 'Date taken',
  camera: 'Camera',
  size: 'Pixels',
}

export const map = {
  title: 'Map',
  note: (placed: number, kept: number) =>
    `${plural(placed, 'image')} by likeness; ${formatPercent(kept)} of nearest neighbours stay neighbours on the map`,
  canvas: 'Map of the images: near means alike. Arrow keys move, plus and minus zoom, Space selects the image in the middle.',
  tools: { label: 'What dragging does', move: 'Move', lasso: 'Lasso', box: 'Box' },
  colorBy: 'Colour by',
  field: (id: string, detail: string | null) => fields[id] ?? `Clusters of ${detail ?? 'another run'}`,
  layers: 'Show on the map',
  contours: 'Density lines',
  names: 'Cluster names',
  thumbnails: 'Thumbnails up close',
  fit: 'Show everything',
  zoomTo: 'Zoom to the selection',
  back: 'Selection before',
  forward: 'Selection after',
  save: 'Save as a picture',
  png: 'PNG image',
  svg: 'SVG drawing',
  saved: (name: string) => `${isolated(name)} saved`,
  legend: 'Legend',
  more: (count: number) => `and ${formatCount(count)} more`,
  noValue: 'None',
  unknown: 'Unknown',
  cluster: (number: number) => `Cluster ${number}`,
  rootFolder: 'The image folder itself',
  selectAll: (title: string) => `Select: ${title}`,
  selected: (count: number, seen: number) => `${plural(count, 'image')} selected, ${formatCount(seen)} seen as thumbnails`,
  seenHelp: 'Images you see as thumbnails count as seen by you; the others as named with their group.',
  clear: 'Clear selection',
  tooMany: 'More images than an act can list. Draw a lasso or a box around them instead.',
  noWebgl: 'The map needs WebGL2, which this browser does not offer',
  noWebglHelp:
    'Turn on hardware acceleration or update the browser. Everything else works without: the cluster board shows the same groups.',
  toBoard: 'Go to the cluster board',
  empty: 'No map yet',
  emptyHelp: 'After pretraining, images that look alike lie near each other here.',
  drawing: 'Drawing the map',
  drawingHelp: 'It appears here when it is ready. You can name clusters meanwhile.',
  toPretrain: 'Go to pretraining',
  draw: 'Draw the map',
  number: (field: string, value: number) =>
    field === 'date' ? formatDay(value * 1000) : field === 'size' ? formatCount(Math.round(value)) : value.toFixed(2),
}

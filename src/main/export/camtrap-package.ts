/** datapackage.json of a Camtrap DP 1.0.1 package, with the schemas of its tables written out so that it validates offline. */
import product from '../../../package.json' with { type: 'json' }
import type { ExportContext } from './exporter'

type Column = readonly [name: string, type: string, constraints?: Record<string, unknown>]

const required = { required: true }

export const deploymentColumns: readonly Column[] = [
  ['deploymentID', 'string', { required: true, unique: true }],
  ['locationName', 'string'],
  ['latitude', 'number', { required: true, minimum: -90, maximum: 90 }],
  ['longitude', 'number', { required: true, minimum: -180, maximum: 180 }],
  ['deploymentStart', 'datetime', required],
  ['deploymentEnd', 'datetime', required],
]

export const mediaColumns: readonly Column[] = [
  ['mediaID', 'string', { required: true, unique: true }],
  ['deploymentID', 'string', required],
  ['timestamp', 'datetime', required],
  ['filePath', 'string', required],
  ['filePublic', 'boolean', required],
  ['fileName', 'string'],
  ['fileMediatype', 'string', { required: true, pattern: '^(image|video|audio)/.*$' }],
]

export const observationColumns: readonly Column[] = [
  ['observationID', 'string', { required: true, unique: true }],
  ['deploymentID', 'string', required],
  ['mediaID', 'string'],
  ['eventID', 'string'],
  ['eventStart', 'datetime', required],
  ['eventEnd', 'datetime', required],
  ['observationLevel', 'string', { required: true, enum: ['media', 'event'] }],
  ['observationType', 'string', { required: true, enum: ['animal', 'human', 'vehicle', 'blank', 'unknown', 'unclassified'] }],
  ['scientificName', 'string'],
  ['classificationMethod', 'string', { enum: ['human', 'machine'] }],
  ['classifiedBy', 'string'],
  ['classificationTimestamp', 'datetime'],
  ['classificationProbability', 'number', { minimum: 0, maximum: 1 }],
  ['observationComments', 'string'],
]

interface Facts {
  deployments: { first: number; last: number }[]
  options: { latitude: number; longitude: number }
}

const resource = (name: string, columns: readonly Column[], keys: Record<string, unknown>) => ({
  name,
  path: `${name}.csv`,
  profile: 'tabular-data-resource',
  format: 'csv',
  mediatype: 'text/csv',
  encoding: 'utf-8',
  schema: {
    name,
    fields: columns.map(([field, type, constraints]) => ({
      name: field,
      type,
      ...(type === 'datetime' && { format: '%Y-%m-%dT%H:%M:%S%z' }),
      ...(constraints && { constraints }),
    })),
    missingValues: [''],
    ...keys,
  },
})

const toDeployment = { fields: 'deploymentID', reference: { resource: 'deployments', fields: 'deploymentID' } }
const toMedia = { fields: 'mediaID', reference: { resource: 'media', fields: 'mediaID' } }

export function packageOf({ reader, data }: ExportContext, { deployments, options }: Facts) {
  const { id, name } = reader.meta.facts()
  const days = deployments.flatMap(({ first, last }) => [first, last]).map((at) => new Date(at).toISOString().slice(0, 10))
  const species = data.counts.byClass.map((one) => ({ scientificName: one.name }))
  return {
    profile: 'https://raw.githubusercontent.com/tdwg/camtrap-dp/1.0.1/camtrap-dp-profile.json',
    id,
    name: name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-') || 'camera-traps',
    title: name,
    created: new Date().toISOString(),
    version: product.version,
    contributors: [{ title: 'Handful', role: 'contributor' }],
    project: {
      title: name,
      samplingDesign: 'opportunistic',
      captureMethod: ['activityDetection'],
      individualAnimals: false,
      observationLevel: ['media'],
    },
    spatial: { type: 'Point', coordinates: [options.longitude, options.latitude] },
    temporal: { start: days.toSorted()[0], end: days.toSorted().at(-1) },
    taxonomic: species,
    resources: [
      resource('deployments', deploymentColumns, { primaryKey: 'deploymentID' }),
      resource('media', mediaColumns, { primaryKey: 'mediaID', foreignKeys: [toDeployment] }),
      resource('observations', observationColumns, { primaryKey: 'observationID', foreignKeys: [toDeployment, toMedia] }),
    ],
  }
}

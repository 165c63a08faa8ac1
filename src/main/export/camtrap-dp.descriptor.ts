/** What the camtrap-dp export is called, asks for and makes. */
import { z } from 'zod'
import { type ExporterDescriptor, metadataOnly } from './descriptor'

export const CamtrapOptions = z.object({
  latitude: z.number().min(-90).max(90).meta({ title: 'Latitude', description: 'Of the camera, decimal degrees (WGS84).' }),
  longitude: z.number().min(-180).max(180).meta({ title: 'Longitude', description: 'Of the camera, decimal degrees (WGS84).' }),
  timeZone: z
    .string()
    .regex(/^(Z|[+-]\d\d:\d\d)$/, 'expected Z or an offset such as +01:00')
    .default('Z')
    .meta({ title: 'Time zone', description: "Of the cameras' clocks: Z or an offset such as +01:00." }),
  blank: z
    .string()
    .default('empty, blank, nothing')
    .meta({ title: 'Empty', description: 'Classes that mean: nothing to see. Comma-separated.' }),
  human: z
    .string()
    .default('human, person, people')
    .meta({ title: 'People', description: 'Classes that mean: a person. Comma-separated.' }),
  vehicle: z
    .string()
    .default('vehicle, car')
    .meta({ title: 'Vehicles', description: 'Classes that mean: a vehicle. Comma-separated.' }),
})

export const camtrapDp: ExporterDescriptor = {
  id: 'camtrap-dp',
  title: 'Camtrap DP',
  help: 'Camera trap data package: deployments (one per folder), media and observations; every other class is a scientific name.',
  ...metadataOnly,
  group: 'tables',
  target: 'folder',
  extension: '',
  options: CamtrapOptions,
  confirmedOnly: true,
  takesUnlabeled: true,
  multiLabel: true,
  size: ({ rows }) => rows * 600,
}

/** Form fields from the JSON Schema of a descriptor's parameters. */

interface Common {
  name: string
  title: string
  help: string
  required: boolean
}
export interface NumberField extends Common {
  kind: 'number' | 'integer'
  minimum: number | null
  maximum: number | null
  initial: number | null
}
export interface ChoiceField extends Common {
  kind: 'choice'
  options: { value: string | number; title: string }[]
  initial: string | number | null
}
export interface SwitchField extends Common {
  kind: 'boolean'
  initial: boolean
}
export interface TextField extends Common {
  kind: 'string'
  minLength: number
  maxLength: number | null
  initial: string
  /** What the text is the path of, so that it can be chosen. */
  chosen: 'file' | 'folder' | null
  extensions: string[]
}
export type Field = NumberField | ChoiceField | SwitchField | TextField
export type Values = Record<string, unknown>

type Node = Record<string, unknown>

/** `patchSize` → `Patch size`. */
export function titleOf(name: string): string {
  const words = name.replace(/[_-]+/g, ' ').replace(/([a-z0-9])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

const text = (value: unknown) => (typeof value === 'string' ? value : '')
const numeric = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : null)
/** zod writes ±2^53−1 for every integer; that is no bound worth showing. */
const bound = (value: unknown) => {
  const found = numeric(value)
  return found !== null && Math.abs(found) < Number.MAX_SAFE_INTEGER ? found : null
}
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)
const isOption = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number'

function optionsOf(node: Node): ChoiceField['options'] | null {
  if (Array.isArray(node['enum'])) return node['enum'].filter(isOption).map((value) => ({ value, title: optionTitle(value) }))
  const variants = node['anyOf'] ?? node['oneOf']
  if (!Array.isArray(variants)) return null
  const constants = variants.filter(isNode).filter((variant) => isOption(variant['const']))
  if (constants.length === 0 || constants.length !== variants.length) return null
  return constants.map((variant) => {
    const value = variant['const'] as string | number
    return { value, title: text(variant['title']) || optionTitle(value) }
  })
}

const optionTitle = (value: string | number) => (typeof value === 'number' ? String(value) : titleOf(value))

function fieldOf(name: string, node: Node, required: boolean): Field | null {
  const common = { name, title: text(node['title']) || titleOf(name), help: text(node['description']), required }
  const given = node['default']
  const options = optionsOf(node)
  if (options) return { ...common, kind: 'choice', options, initial: isOption(given) ? given : null }
  switch (node['type']) {
    case 'number':
    case 'integer':
      return {
        ...common,
        kind: node['type'],
        minimum: bound(node['minimum'] ?? node['exclusiveMinimum']),
        maximum: bound(node['maximum'] ?? node['exclusiveMaximum']),
        initial: numeric(given),
      }
    case 'boolean':
      return { ...common, kind: 'boolean', initial: given === true }
    case 'string':
      return {
        ...common,
        kind: 'string',
        minLength: numeric(node['minLength']) ?? 0,
        maxLength: bound(node['maxLength']),
        initial: text(given),
        chosen: node['chosen'] === 'file' || node['chosen'] === 'folder' ? node['chosen'] : null,
        extensions: Array.isArray(node['extensions']) ? node['extensions'].filter((each) => typeof each === 'string') : [],
      }
    default:
      return null
  }
}

/** Fields in the schema's order; shapes a form cannot draw are left to their defaults. */
export function fieldsOf(schema: Record<string, unknown>): Field[] {
  const properties = isNode(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  return Object.entries(properties).flatMap(([name, node]) => {
    const field = isNode(node) ? fieldOf(name, node, required.includes(name)) : null
    return field ? [field] : []
  })
}

export function initialValues(fields: Field[]): Values {
  return Object.fromEntries(fields.flatMap((field) => (field.initial === null ? [] : [[field.name, field.initial]])))
}

const isNeeded = (field: Field) => field.required && (field.kind === 'string' ? field.minLength > 0 : field.initial === null)

/** What is wrong with a value in plain words, or null. */
export function problemOf(field: Field, value: unknown): string | null {
  if (value === undefined || value === null || value === '') return isNeeded(field) ? 'A value is needed.' : null
  if (field.kind !== 'number' && field.kind !== 'integer') return null
  if (typeof value !== 'number' || Number.isNaN(value)) return 'This is not a number.'
  if (field.kind === 'integer' && !Number.isInteger(value)) return 'A whole number is needed.'
  if (field.minimum !== null && value < field.minimum) return `At least ${field.minimum}.`
  if (field.maximum !== null && value > field.maximum) return `At most ${field.maximum}.`
  return null
}

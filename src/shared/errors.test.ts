/** Keeps docs/errors.md in step with the table of errors: `vitest run src/shared -u` writes it. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { type Advice, errorAdvice, fileAdvice, withNextStep } from './error-advice'
import { type ErrorCode, errorValues, sentence } from './errors'

/** The values of an error with names in the places of texts and a number where there is one. */
function exampleOf(schema: z.ZodType, name = 'value'): unknown {
  if (schema instanceof z.ZodObject)
    return Object.fromEntries(Object.entries(schema.shape).map(([key, value]) => [key, exampleOf(value as z.ZodType, key)]))
  if (schema instanceof z.ZodNullable) return null
  if (schema instanceof z.ZodArray) return ['…']
  if (schema instanceof z.ZodNumber) return 3
  if (schema instanceof z.ZodString) return `‹${name}›`
  throw new Error(`values of errors are texts, numbers and lists, not ${schema.type}`)
}

const codes = Object.keys(errorValues) as ErrorCode[]
const sentenceOf = (code: ErrorCode) => sentence(code, exampleOf(errorValues[code]) as never)

const entry = (code: string, said: string, { cause, next }: Advice) =>
  `### ${code}\n\n${said ? `${said}\n\n` : ''}- Why: ${cause}\n- Next: ${next}\n`

function document(): string {
  return `# Errors

Every error has a code, a sentence with its values, a cause and a next step. Written from \`src/shared/error-advice.ts\` by
\`vitest run src/shared -u\`; windows and the command line read the same table. Values stand in ‹angle quotes›.

## Acts and jobs

${codes.map((code) => entry(code, sentenceOf(code), errorAdvice[code])).join('\n')}
## Single files

Such files are set apart under Quarantine with the reason; the import goes on without them.

${Object.entries(fileAdvice)
  .map(([code, advice]) => entry(code, '', advice))
  .join('\n')}`
}

test('docs/errors.md is what the table says', async () => {
  await expect(document()).toMatchFileSnapshot(join(import.meta.dirname, '../../docs/errors.md'))
})

test.each(codes)('%s has a whole sentence, a cause and a next step that do not repeat each other', (code) => {
  const { cause, next, said } = errorAdvice[code]
  for (const words of [sentenceOf(code), cause, next]) expect(words).toMatch(/^[\p{Lu}‹“].*[.…)›]$/su)
  expect(new Set([sentenceOf(code), cause, next]).size).toBe(3)
  const shown = withNextStep({ code, message: sentenceOf(code) })
  expect(shown.endsWith(next)).toBe(!said)
})

test('a code that nobody knows shows its message alone', () => {
  for (const code of ['UNEXPECTED', 'toString', undefined, 7]) expect(withNextStep({ code, message: 'Oh.' })).toBe('Oh.')
})

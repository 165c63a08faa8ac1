/** THIRD-PARTY.txt names everything that is shipped, in its version, under a licence that allows it. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { shipped, target } from './licences'

/** Permissive ones, and the LGPL of libraries that are linked dynamically or kept as files of their own. */
const allowed =
  /^\(?(MIT|ISC|BSD-[23]-Clause|0BSD|Apache-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0|LGPL-3\.0(-or-later)?)\b/
/** Builds for one platform differ by name only. */
const everywhere = ([name]: [string, ...unknown[]]) => !name.startsWith('@img/sharp-')

const packages = [...shipped()].filter(everywhere)

test('every package that is shipped is listed in its version; if not, run `node scripts/licences.ts`', () => {
  const listed = readFileSync(target, 'utf8')
    .split(/^={78}$/m)
    .map((part) => part.trim().split('\n')[0]!)
  for (const [name, { manifest }] of packages) expect(listed).toContain(`${name} ${manifest.version}`)
})

test.each(packages.map(([name, { manifest }]) => [name, manifest.license ?? '']))(
  '%s is under a licence that allows it (%s)',
  (_, licence) => {
    expect(licence).toMatch(allowed)
  },
)

/** The table of consumers in docs/formats.md, and which of them may be missing. */
export interface ConsumerResult {
  format: string
  consumer: string
  version: string
  state: 'passed' | 'failed' | 'missing'
  detail: string
}

/** Consumers that may be missing, as docs/formats.md says why; none at present. */
export const documentedMissing: readonly string[] = []

const [begin, end] = ['<!-- consumers -->', '<!-- /consumers -->']

/** @param page docs/formats.md, whose table stands between two marks */
export function resultTable(page: string, results: readonly ConsumerResult[]): string {
  const words = { passed: 'passed', failed: '**failed**', missing: 'not installed' }
  const rows = results.map(({ format, consumer, version, state, detail }) => {
    const said =
      state === 'passed'
        ? `passed, ${detail}`
        : state === 'failed'
          ? `${words.failed}: ${detail.replace(/[|\n]/g, ' ')}`
          : words[state]
    return `| ${format} | ${consumer} | ${version} | ${said} |`
  })
  const table = ['| format | consumer | version | result |', '| --- | --- | --- | --- |', ...rows].join('\n')
  const [before, after] = [page.indexOf(begin), page.indexOf(end)]
  if (before < 0 || after < 0) throw new Error('docs/formats.md has no marks around the table')
  return `${page.slice(0, before + begin.length)}\n\n${table}\n\n${page.slice(after)}`
}

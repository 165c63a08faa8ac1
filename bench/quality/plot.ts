/** A line plot as SVG text. */

export interface Line {
  name: string
  points: { x: number; y: number }[]
  dashed: boolean
  /** Lines of one number have one colour in all plots. */
  colour: number
}

export interface Axes {
  title: string
  x: string
  y: string
  /** Where the horizontal axis has marks; it is logarithmic, since effort is. */
  ticks: number[]
}

const [width, height] = [720, 400]
const frame = { left: 56, right: 520, top: 40, bottom: 350 }
/** Okabe & Ito's colours, which colour-blind people tell apart, without yellow and grey. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#56b4e9', '#e69f00', '#000000']

/** Shares from 0 to 1 are drawn as percentages. */
export function plot(lines: readonly Line[], { title, x, y, ticks }: Axes): string {
  const points = lines.flatMap((line) => line.points)
  const [low, high] = rangeOf(points.map((point) => point.y))
  const [first, last] = [
    Math.min(...ticks, ...points.map((point) => point.x)),
    Math.max(...ticks, ...points.map((point) => point.x)),
  ]
  const across = (value: number) =>
    frame.left + ((frame.right - frame.left) * Math.log(value / first)) / Math.max(1e-9, Math.log(last / first))
  const up = (value: number) => frame.bottom - ((frame.bottom - frame.top) * (value - low)) / (high - low)
  const levels = Array.from({ length: Math.round((high - low) / 0.1) + 1 }, (_, at) => low + at * 0.1)
  const names = placed(lines.map(({ points }) => up(points.at(-1)!.y)))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    text(frame.left, 24, title, 'font-weight="600"'),
    ...levels.flatMap((level) => [
      `<path d="M${frame.left} ${at(up(level))}H${frame.right}" stroke="#dddddd"/>`,
      text(frame.left - 8, up(level) + 4, (100 * level).toFixed(0), 'text-anchor="end"'),
    ]),
    ...ticks.map((tick) => text(across(tick), frame.bottom + 20, String(tick), 'text-anchor="middle"')),
    text((frame.left + frame.right) / 2, height - 8, x, 'text-anchor="middle"'),
    text(
      16,
      (frame.top + frame.bottom) / 2,
      y,
      `text-anchor="middle" transform="rotate(-90 16 ${(frame.top + frame.bottom) / 2})"`,
    ),
    ...lines.flatMap(({ name, points, dashed, colour: number }, index) => {
      const colour = colours[number % colours.length]!
      const path = points.map((point) => `${at(across(point.x))} ${at(up(point.y))}`).join('L')
      const end = points.at(-1)!
      return [
        `<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"${dashed ? ' stroke-dasharray="5 4"' : ''}/>`,
        ...points.map((point) => `<circle cx="${at(across(point.x))}" cy="${at(up(point.y))}" r="3.5" fill="${colour}"/>`),
        `<path d="M${at(across(end.x) + 5)} ${at(up(end.y))}L${frame.right + 12} ${at(names[index]!)}" stroke="${colour}" stroke-width="0.7" opacity="0.6"/>`,
        text(frame.right + 16, names[index]! + 4, `${name} ${(100 * end.y).toFixed(1)}`, `fill="${colour}"`),
      ]
    }),
    '</svg>',
    '',
  ].join('\n')
}

/** Whole tens of percent around the values. */
function rangeOf(values: number[]): [number, number] {
  const low = Math.max(0, Math.floor(10 * Math.min(...values)) / 10)
  const high = Math.min(1, Math.ceil(10 * Math.max(...values)) / 10)
  return high > low ? [low, high] : [Math.max(0, low - 0.1), low + 0.1]
}

/** Names beside the ends of their lines, moved apart until each has its own. */
function placed(heights: readonly number[], gap = 17): number[] {
  const order = heights.map((_, index) => index).sort((a, b) => heights[a]! - heights[b]!)
  const result = [...heights]
  order.forEach((index, at) => {
    if (at > 0) result[index] = Math.max(result[index]!, result[order[at - 1]!]! + gap)
  })
  const over = Math.max(0, Math.max(...result) - frame.bottom)
  return result.map((value) => value - over)
}

const at = (value: number) => value.toFixed(1)
const escaped = (value: string) => value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const text = (x: number, y: number, value: string, attributes = '') =>
  `<text x="${at(x)}" y="${at(y)}" ${attributes}>${escaped(value)}</text>`

/** The colours and letters of the theme in force, as the drawing needs them. */
import { usePreferredDark } from '@vueuse/core'
import { computed, type Ref, shallowRef, watch } from 'vue'
import { parseHex, type Rgb } from '../../map/colors'
import { toHex } from '../../labeling/color'
import { useTheme } from '../../shell/theme'

const widestName = 180

export function usePaint(element: Readonly<Ref<HTMLElement | null>>) {
  const theme = useTheme()
  const dark = usePreferredDark()
  /** Custom properties hold `light-dark(…)`: only a property of the element itself gives the colour in force. */
  const colorOf = (name: string): Rgb => {
    if (!element.value) return [128, 128, 128]
    const probe = document.createElement('i')
    probe.className = 'only-read'
    element.value.append(probe)
    probe.style.setProperty('color', `var(${name})`)
    const color = toHex(getComputedStyle(probe).color)
    probe.remove()
    return parseHex(color)
  }
  const colors = () => ({ ink: colorOf('--ink'), accent: colorOf('--accent'), grey: colorOf('--line-strong') })
  const paint = shallowRef(colors())
  watch([theme, dark, element], () => (paint.value = colors()), { flush: 'post' })
  const share = (color: Rgb) => color.map((part) => part / 255)
  const letters = document.createElement('canvas').getContext('2d')
  const widths = new Map<string, number>()
  function widthOf(title: string): number {
    let width = widths.get(title)
    if (width === undefined) {
      if (letters) letters.font = '600 12px system-ui, sans-serif'
      width = Math.min(widestName, letters?.measureText(title).width ?? title.length * 7)
      widths.set(title, width)
    }
    return width
  }
  return {
    ink: computed(() => share(paint.value.ink)),
    accent: computed(() => share(paint.value.accent)),
    grey: computed(() => paint.value.grey),
    widthOf,
  }
}

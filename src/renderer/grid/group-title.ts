/** What a group of samples is called. */
import type { GroupBy } from '@shared/model'
import { useClasses } from '../stores/classes'
import { useClusters } from '../stores/clusters'
import { formatTakenDay, formatTakenSpan } from '../strings/format'
import { images } from '../strings/images'

const t = images.group

export function useGroupTitle() {
  const classes = useClasses()
  const clusters = useClusters()
  /** @param name see SampleGroup */
  return (by: GroupBy, name: string | null): string => {
    if (name === null) return t.none[by]
    switch (by) {
      case 'class':
      case 'predicted':
        return classes.byId.get(name)?.name ?? t.unknown
      case 'cluster':
        return clusters.titleOf(Number(name))
      case 'day':
        return formatTakenDay(Date.parse(name))
      case 'event': {
        const [first, last] = name.split('/').map(Number) as [number, number]
        return formatTakenSpan(first, last)
      }
      case 'folder':
      case 'camera':
        return name || t.root
      default:
        return by satisfies never
    }
  }
}

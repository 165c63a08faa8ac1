/** Addresses of thumbnails and images; the project is part of them, since ordinals begin anew in each. */
import { useProject } from '../stores/project'

export function useMedia() {
  const project = useProject()
  const mark = () => project.state?.id.slice(-12) ?? ''
  return {
    thumb: (ordinal: number) => `/media/thumb/${ordinal}?v=${mark()}`,
    thumbs: (ordinals: number[]) => `/media/thumbs/${ordinals.join(',')}?v=${mark()}`,
    image: (ordinal: number) => `/media/image/${ordinal}?v=${mark()}`,
  }
}

/** What `yolo classify train data=<folder>` takes: train, val and test with a folder per class, stems unique in all of them. */
import type { Exporter } from './exporter'
import { writeClassFolders } from './folders'

export const ultralytics: Exporter = {
  id: 'ultralytics',
  write: (context, root) => writeClassFolders(context, root, ['Train with `yolo classify train data=<this folder>`.']),
}

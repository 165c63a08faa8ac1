/** Builds the index for picking beside the page, so that a million points never hold it up. */
import KDBush from 'kdbush'

addEventListener('message', ({ data: positions }: MessageEvent<Float32Array>) => {
  const index = new KDBush(positions.length / 2, 64, Float32Array)
  // What is not placed lies beyond everything.
  for (let at = 0; at < positions.length; at += 2) {
    const placed = !Number.isNaN(positions[at]!)
    index.add(placed ? positions[at]! : 1e30, placed ? positions[at + 1]! : 1e30)
  }
  index.finish()
  postMessage(index.data, { transfer: [index.data as ArrayBuffer] })
})

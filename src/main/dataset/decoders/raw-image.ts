/** What a decoder beyond sharp hands over: plain 8-bit pixels that sharp takes from there. */

export interface RawImage {
  width: number
  height: number
  /** 1 grey, 3 RGB, 4 RGBA; row by row. */
  channels: 1 | 3 | 4
  data: Uint8Array
  notes: string[]
}

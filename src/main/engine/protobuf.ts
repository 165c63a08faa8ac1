/** Writes protocol-buffer messages as a list of chunks, so that large byte fields are copied once, at the end. */

const utf8 = new TextEncoder()

export class MessageWriter {
  private chunks: Uint8Array[] = []
  private length = 0

  /** Varint field: int32, int64, enum, bool. Negative values take ten bytes, as in two's complement. */
  integer(field: number, value: number | bigint): this {
    this.tag(field, 0)
    return this.varint(value)
  }

  float(field: number, value: number): this {
    this.tag(field, 5)
    const bytes = new Uint8Array(4)
    new DataView(bytes.buffer).setFloat32(0, value, true)
    return this.append(bytes)
  }

  bytes(field: number, value: Uint8Array): this {
    this.tag(field, 2)
    return this.varint(value.length).append(value)
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value))
  }

  message(field: number, write: (writer: MessageWriter) => void): this {
    const inner = new MessageWriter()
    write(inner)
    this.tag(field, 2)
    this.varint(inner.length)
    for (const chunk of inner.chunks) this.append(chunk)
    return this
  }

  finish(): Uint8Array {
    const all = new Uint8Array(this.length)
    let at = 0
    for (const chunk of this.chunks) {
      all.set(chunk, at)
      at += chunk.length
    }
    return all
  }

  private tag(field: number, wireType: number): void {
    this.varint((field << 3) | wireType)
  }

  private varint(value: number | bigint): this {
    const bytes: number[] = []
    let rest = BigInt.asUintN(64, BigInt(value))
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128)
      rest >>= 7n
    }
    bytes.push(Number(rest))
    return this.append(Uint8Array.from(bytes))
  }

  private append(chunk: Uint8Array): this {
    this.chunks.push(chunk)
    this.length += chunk.length
    return this
  }
}

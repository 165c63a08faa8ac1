/** Reads protocol-buffer messages field by field, without knowing their schema. */

export interface Field {
  number: number
  /** Tag and value as they stand in the message. */
  raw: Uint8Array
  /** Payload of length-delimited fields. */
  payload: Uint8Array | null
  /** Of varint fields, exact up to 2^53. */
  value: number | null
}

/** The fields of a protobuf message in order. */
export function* fieldsOf(message: Uint8Array): Generator<Field> {
  let at = 0
  const varint = () => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message[at++]
      if (byte === undefined) throw new Error('the ONNX file ends in the middle of a field')
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
  }
  while (at < message.length) {
    const start = at
    const tag = varint()
    const wire = tag & 7
    let payload: Uint8Array | null = null
    let value: number | null = null
    if (wire === 0) value = varint()
    else if (wire === 1) at += 8
    else if (wire === 5) at += 4
    else if (wire === 2) {
      const length = varint()
      payload = message.subarray(at, at + length)
      at += length
    } else throw new Error(`the ONNX file has a field of unknown wire type ${wire}`)
    if (at > message.length) throw new Error('the ONNX file ends in the middle of a field')
    yield { number: Math.floor(tag / 8), raw: message.subarray(start, at), payload, value }
  }
}

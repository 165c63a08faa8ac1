/** Paths are bytes: what a file is called may be no text at all. */

/** What a person reads: UTF-8 where it is, `\xNN` for bytes that are not and for control characters. */
export function displayPath(path: Uint8Array): string {
  const bytes = Buffer.from(path.buffer, path.byteOffset, path.byteLength)
  const text = bytes.toString('utf8')
  if (Buffer.from(text).equals(bytes)) return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, escapeCharacter)
  return Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : hex(byte))).join('')
}

const hex = (byte: number) => `\\x${byte.toString(16).padStart(2, '0')}`
const escapeCharacter = (character: string) => Array.from(Buffer.from(character), hex).join('')

/** Bytes of a path below a folder. */
export function joinBytes(folder: Buffer, path: Buffer): Buffer {
  return path.length === 0 ? folder : Buffer.concat([folder, Buffer.from('/'), path])
}

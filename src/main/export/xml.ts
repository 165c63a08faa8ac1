/** Text as it may stand in XML, in elements and in attributes. */
const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
}
/* eslint-disable no-control-regex -- XML 1.0 has no way to write these */
const impossible =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g
/* eslint-enable no-control-regex */

export const xmlText = (text: string) =>
  text.replace(impossible, '\ufffd').replace(/[&<>"\n\r\t]/g, (character) => entities[character]!)

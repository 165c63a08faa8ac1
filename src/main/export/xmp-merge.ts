/** Adds keywords to an XMP document without touching what it says otherwise. */
import { DOMParser, type Document, type Element, XMLSerializer } from '@xmldom/xmldom'
import type { ExportLabel } from './exporter'

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const spaces = {
  dc: 'http://purl.org/dc/elements/1.1/',
  digiKam: 'http://www.digikam.org/ns/1.0/',
  lr: 'http://ns.adobe.com/lightroom/1.0/',
  handful: 'urn:handful:xmp:1',
}

const empty = `<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Handful"><rdf:RDF xmlns:rdf="${rdf}"><rdf:Description rdf:about=""/></rdf:RDF></x:xmpmeta>`

/**
 * A class `animal/fox` becomes the keyword `fox`, nested below `animal` where the field can nest.
 * Where each label comes from stands in `handful:labels`, rewritten at each export.
 * @throws Error when the document is no XMP
 */
export function mergedSidecar(before: string | null, labels: readonly ExportLabel[]): string {
  const document = parsed(before ?? empty)
  const description = firstDescription(document)
  const names = labels.map(({ name }) => name)
  addToList(
    document,
    description,
    { space: 'dc', name: 'subject', kind: 'Bag' },
    names.map((name) => name.split('/').at(-1)!),
  )
  addToList(document, description, { space: 'digiKam', name: 'TagsList', kind: 'Seq' }, names)
  addToList(
    document,
    description,
    { space: 'lr', name: 'hierarchicalSubject', kind: 'Bag' },
    names.map((name) => name.replaceAll('/', '|')),
  )
  for (const old of Array.from(document.getElementsByTagNameNS(spaces.handful, 'labels'))) old.parentNode?.removeChild(old)
  const origins = labels.map(({ name, source, confidence }) => [source, confidence?.toFixed(4) ?? '', name].join('|'))
  addToList(document, description, { space: 'handful', name: 'labels', kind: 'Seq' }, origins)
  return `${new XMLSerializer().serializeToString(document)}\n`
}

function parsed(text: string): Document {
  const stop = (_level: string, message: string) => {
    throw new Error(message)
  }
  return new DOMParser({ onError: stop }).parseFromString(text.replace(/^\ufeff/, ''), 'text/xml')
}

function firstDescription(document: Document): Element {
  const root = document.getElementsByTagNameNS(rdf, 'RDF')[0]
  if (!root) throw new Error('it has no rdf:RDF')
  const found = root.getElementsByTagNameNS(rdf, 'Description')[0]
  if (found) return found
  const made = document.createElementNS(rdf, 'rdf:Description')
  made.setAttributeNS(rdf, 'rdf:about', '')
  root.appendChild(made)
  return made
}

interface ListProperty {
  space: keyof typeof spaces
  name: string
  kind: 'Bag' | 'Seq'
}

/** Appends what the list does not hold yet; made when missing. */
function addToList(
  document: Document,
  description: Element,
  { space, name, kind }: ListProperty,
  items: readonly string[],
): void {
  const property =
    document.getElementsByTagNameNS(spaces[space], name)[0] ?? appended(description, spaces[space], `${space}:${name}`)
  if (!description.hasAttribute(`xmlns:${space}`)) description.setAttribute(`xmlns:${space}`, spaces[space])
  const inside = (element: string) => property.getElementsByTagNameNS(rdf, element)[0]
  const list = inside('Bag') ?? inside('Seq') ?? appended(property, rdf, `rdf:${kind}`)
  const held = new Set(Array.from(list.getElementsByTagNameNS(rdf, 'li')).map((item) => item.textContent))
  for (const item of items) {
    if (held.has(item)) continue
    held.add(item)
    const element = appended(list, rdf, 'rdf:li')
    // eslint-disable-next-line no-control-regex -- XML 1.0 has no way to write these
    element.appendChild(document.createTextNode(item.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\ufffd')))
  }
}

function appended(parent: Element, space: string, name: string): Element {
  const made = parent.ownerDocument!.createElementNS(space, name)
  parent.appendChild(made)
  return made
}

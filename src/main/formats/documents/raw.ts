import { toHex } from '../../bytes/hex.ts'
import type { Document, DocumentsReader, DocumentValue } from '../media.ts'
import { plainColumn, type RawPart, type RawValue } from '../raw-part.ts'
import type { Database } from './databases.ts'

/** Documents that tell which fields there are: every one of a collection has nearly the same. */
const SAMPLE = 20

interface RawCollection {
  readonly collection: string
  /** Where given, what other fields hold is not shown: it may be a secret. */
  readonly shows?: ReadonlySet<string>
}

/** The documents of one session in the collections that are there. */
export async function rawDocumentsOf(
  documents: DocumentsReader,
  { name, collections }: Database,
  wanted: readonly RawCollection[],
): Promise<readonly RawPart[]> {
  const there = wanted.filter(({ collection }) => collections.has(collection))
  return Promise.all(there.map((one) => partOf(documents, name, one)))
}

async function partOf(
  documents: DocumentsReader,
  database: string,
  { collection: name, shows }: RawCollection,
): Promise<RawPart> {
  const collection = `${database}.${name}`
  const sample = await documents.find({ collection, limit: SAMPLE })
  const fields = [...new Set(['_id', ...sample.flatMap((document) => Object.keys(document))])]
  const cell = (document: Document, field: string): RawValue => {
    const value = document[field] ?? null
    return value === null || !shows || shows.has(field) ? cellOf(value) : { secretByteLength: byteLengthOf(value) }
  }
  return {
    name,
    columns: fields.map((field) => plainColumn(field, field === '_id')),
    count: () => documents.count(collection),
    async rows({ offset, limit }) {
      const page = await documents.find({ collection, skip: offset, limit })
      return page.map((document) => fields.map((field) => cell(document, field)))
    },
  }
}

function cellOf(value: DocumentValue): Exclude<RawValue, { readonly secretByteLength: number }> {
  if (value === null || value instanceof Uint8Array || typeof value !== 'object') {
    return typeof value === 'boolean' ? String(value) : value
  }
  return textOf(value)
}

/** The value in one line, as it would stand in JSON. */
function textOf(value: DocumentValue): string {
  return JSON.stringify(value, (_name, part: unknown) => {
    if (typeof part === 'bigint') return String(part)
    return part instanceof Uint8Array ? toHex(part) : part
  })
}

function byteLengthOf(value: DocumentValue): number {
  if (value instanceof Uint8Array) return value.byteLength
  return Buffer.byteLength(typeof value === 'string' ? value : textOf(value))
}

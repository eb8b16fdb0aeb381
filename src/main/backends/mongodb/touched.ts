import { createHash } from 'node:crypto'
import type * as Mongo from 'mongodb'
import type { Driver } from './values.ts'

/** A document that a write concerns, by what it was and what we made of it. Both as the server's own bytes. */
export interface Touched {
  readonly id: unknown
  /** What was there before; null for nothing. */
  readonly before: Uint8Array | null
  /** Digest of what we put there; null when we put nothing. */
  readonly ours: string | null
  /** It is to be taken away, or was. */
  readonly gone: boolean
  /** The server was told so; whether it heard is another question. */
  readonly told: boolean
}

/** Documents of one collection by {@link idKey}. */
export type TouchedCollection = Map<string, Touched>

export function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64')
}

/** A name for the `_id` of a document. */
export function idKey(driver: Driver, id: unknown): string {
  return Buffer.from(driver.BSON.serialize({ _id: id })).toString('base64')
}

/** Documents as they lie on the server, types included. */
export interface RawDocument {
  readonly id: unknown
  readonly bytes: Uint8Array
}

export function rawDocument(driver: Driver, bytes: Uint8Array): RawDocument {
  // Copied: the driver's buffer holds the whole answer.
  const own = new Uint8Array(bytes)
  return { id: exact(driver, own)['_id'], bytes: own }
}

/** A document in the driver's own types, which are written back as they were. */
export function exact(driver: Driver, bytes: Uint8Array): Mongo.Document {
  return driver.BSON.deserialize(bytes, { promoteValues: false, promoteBuffers: false, bsonRegExp: true })
}

/** A filter that only this very document fits: one that changed since is another. */
export function sameDocument(driver: Driver, bytes: Uint8Array): Mongo.Filter<Mongo.Document> {
  return Object.fromEntries(
    Object.entries(exact(driver, bytes)).map(([name, value]) => [name, { $eq: value as unknown }]),
  )
}

import type * as Mongo from 'mongodb'
import { AppError } from '../../domain/errors.ts'
import type { Document, DocumentValue } from '../../formats/media.ts'

/** The driver, which is loaded when a source first needs it. */
export type Driver = typeof Mongo

/** How documents are read: 64 bits as bigint, bytes with their kind, everything else as JavaScript has it. */
export const READ_OPTIONS = { useBigInt64: true, promoteBuffers: false } as const

export function fromBson(document: Mongo.Document): Document {
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, valueFrom(value)]))
}

function valueFrom(value: unknown): DocumentValue {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value
  if (typeof value === 'bigint' || typeof value === 'string' || typeof value === 'boolean') return value
  if (value instanceof Uint8Array) return new Uint8Array(value)
  if (value instanceof Date) return valueFrom(value.getTime() / 1000)
  if (Array.isArray(value)) return value.map(valueFrom)
  if (typeof value !== 'object') return { $other: typeof value }
  const type = '_bsontype' in value ? String(value._bsontype) : null
  if (type === 'Binary') return new Uint8Array((value as Mongo.Binary).value())
  if (type === 'ObjectId') return { $oid: (value as Mongo.ObjectId).toHexString() }
  return type === null ? fromBson(value) : { $other: type }
}

/** Integers as Int32 where they fit, else Int64, as Python's driver writes them. */
export function toBson(driver: Driver, document: Document): Mongo.Document {
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, bsonValue(driver, value)]))
}

export function bsonValue(driver: Driver, value: DocumentValue): unknown {
  if (typeof value === 'bigint') return integer(driver, value)
  if (typeof value === 'number') return Number.isSafeInteger(value) ? integer(driver, BigInt(value)) : value
  if (value instanceof Uint8Array) return new driver.Binary(value)
  if (value === null || typeof value !== 'object') return value
  if (isList(value)) return value.map((one) => bsonValue(driver, one))
  const { $oid, $other } = value
  if (typeof $oid === 'string') return new driver.ObjectId($oid)
  if ($other !== undefined) throw new AppError('internal', { reason: 'a value of a type that cannot be written' })
  return toBson(driver, value)
}

function isList(value: object): value is readonly DocumentValue[] {
  return Array.isArray(value)
}

const INT32_MAX = 2n ** 31n - 1n

function integer(driver: Driver, value: bigint): unknown {
  const fits = value <= INT32_MAX && value >= -INT32_MAX - 1n
  return fits ? new driver.Int32(Number(value)) : driver.Long.fromBigInt(value)
}

import { AppError } from '../domain/errors.ts'
import { customFormats, type SharedTablesFormat } from './custom-formats.ts'
import type { AnyFormat, DocumentsFormat, KeyValueFormat, StoreFormat, Variant } from './format.ts'
import { mtpylonRedis } from './mtpylon/sessions-redis.ts'
import { pyrogramMongo } from './pyrogram/mongo.ts'
import { telethonMongo } from './telethon/mongo.ts'
import { telethonRedis } from './telethon/redis.ts'
import { findFormat, formats, tablesFormats } from './registry.ts'

/** Formats of Redis keys, one line each. */
export const keyValueFormats: readonly KeyValueFormat[] = [telethonRedis, mtpylonRedis]

/** Formats of MongoDB collections, one line each. */
export const documentsFormats: readonly DocumentsFormat[] = [telethonMongo, pyrogramMongo]

/** Formats of tables that can lie in a database server, too. */
export const sharedTablesFormats = tablesFormats.filter(
  (format): format is SharedTablesFormat => format.shared !== undefined,
)

/** Formats that a store alone can hold. */
const storeFormats: readonly StoreFormat[] = [...keyValueFormats, ...documentsFormats]

/** Every format of the app. */
export const allFormats: readonly AnyFormat[] = [...formats, ...storeFormats]

/** Those of the person's own as well, as they are now. */
export function knownFormats(): readonly AnyFormat[] {
  return [...allFormats, ...customFormats()]
}

export function findAnyFormat(id: string): AnyFormat | null {
  return findFormat(id) ?? [...storeFormats, ...customFormats()].find((format) => format.id === id) ?? null
}

/** @throws AppError request.invalid for an id that is none */
export function anyFormatById(id: string): AnyFormat {
  const format = findAnyFormat(id)
  if (format === null) throw new AppError('request.invalid', { field: 'format', reason: 'there is no such format' })
  return format
}

/** True for what lies in a store alone, and is never a file. */
export function isStoreFormat(format: AnyFormat): format is StoreFormat {
  return format.medium === 'keyvalue' || format.medium === 'documents'
}

/** Whether sessions of the format can be added to a store of its medium. */
export function canWriteToStore(format: AnyFormat): boolean {
  if (isStoreFormat(format)) return format.write !== undefined
  return format.medium === 'tables' && format.shared?.write !== undefined
}

/** What a variant of the format holds; all that any holds where the variant is unknown. */
export function carriedBy(format: AnyFormat, variant: string): Variant['carries'] {
  const known = format.variants.find((candidate) => candidate.id === variant)
  return known?.carries ?? new Set(format.variants.flatMap((candidate) => [...candidate.carries]))
}

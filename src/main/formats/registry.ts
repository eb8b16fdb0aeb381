import { AppError } from '../domain/errors.ts'
import { deckSqlite } from './deck/sqlite.ts'
import { ferogramBinary } from './ferogram/binary.ts'
import { ferogramJson } from './ferogram/json.ts'
import { ferogramNative } from './ferogram/native-string.ts'
import { ferogramSqlite } from './ferogram/sqlite.ts'
import { ferogramString } from './ferogram/string.ts'
import type { FileFormat, FolderFormat, Format, TablesFormat, TextFormat, Variant } from './format.ts'
import { gogramFile } from './gogram/file.ts'
import { gogramString } from './gogram/string.ts'
import { gotdJson } from './gotd/json.ts'
import { gramjsStore } from './gramjs/store.ts'
import { gramjsString } from './gramjs/string.ts'
import { grammersSqlite } from './grammers/sqlite.ts'
import { grammersText } from './grammers/text.ts'
import { grammersTl } from './grammers/tl.ts'
import { mtcuteLegacy } from './mtcute/legacy.ts'
import { mtcuteSqlite } from './mtcute/sqlite.ts'
import { mtcuteString } from './mtcute/string.ts'
import { mtkrutoDenoKv } from './mtkruto/deno-kv.ts'
import { mtkrutoStorage } from './mtkruto/storage.ts'
import { mtkrutoString } from './mtkruto/string.ts'
import { zagramAuthData } from './mtpylon/auth-data.ts'
import { mtpylonSessions } from './mtpylon/sessions.ts'
import { mtpylonTables } from './mtpylon/tables.ts'
import { pyrogramJson } from './pyrogram/json.ts'
import { pyrogramMultisession } from './pyrogram/multisession.ts'
import { pyrogramSqlite } from './pyrogram/sqlite.ts'
import { pyrogramString } from './pyrogram/string.ts'
import { tdesktopTdata } from './tdesktop/tdata.ts'
import { telethonJson } from './telethon/json.ts'
import { telethonMautrix } from './telethon/mautrix.ts'
import { telethonPickle } from './telethon/pickle.ts'
import { tdlibBinlog } from './tdlib/td-binlog.ts'
import { telethonSqlalchemy } from './telethon/sqlalchemy.ts'
import { telethonSqlite } from './telethon/sqlite.ts'
import { telethonString } from './telethon/string.ts'
import { telethonV2Sqlite } from './telethon-v2/sqlite.ts'
import { wtelegramSession } from './wtelegram/session.ts'

/** Every format the app knows, one line each. The order carries no meaning. */
export const formats: readonly Format[] = [
  deckSqlite,
  pyrogramJson,
  mtpylonSessions,
  mtpylonTables,
  zagramAuthData,
  pyrogramMultisession,
  pyrogramSqlite,
  pyrogramString,
  telethonJson,
  telethonMautrix,
  telethonPickle,
  telethonSqlalchemy,
  telethonSqlite,
  telethonString,
  telethonV2Sqlite,
  ferogramBinary,
  ferogramJson,
  ferogramNative,
  ferogramSqlite,
  ferogramString,
  gogramFile,
  gogramString,
  gotdJson,
  gramjsStore,
  gramjsString,
  grammersSqlite,
  grammersText,
  grammersTl,
  mtcuteLegacy,
  mtcuteSqlite,
  mtcuteString,
  mtkrutoDenoKv,
  mtkrutoStorage,
  mtkrutoString,
  tdesktopTdata,
  tdlibBinlog,
  wtelegramSession,
]

export const textFormats: readonly TextFormat[] = formats.filter((format) => format.medium === 'text')
export const tablesFormats: readonly TablesFormat[] = formats.filter((format) => format.medium === 'tables')
export const fileFormats: readonly FileFormat[] = formats.filter((format) => format.medium === 'file')

export const folderFormats: readonly FolderFormat[] = formats.filter((format) => format.medium === 'folder')

export function findFormat(id: string): Format | null {
  return formats.find((one) => one.id === id) ?? null
}

/** @throws AppError request.invalid for an id that is none */
export function formatById(id: string): Format {
  const format = findFormat(id)
  if (format === null) throw new AppError('request.invalid', { field: 'format', reason: 'there is no such format' })
  return format
}

/** @throws AppError request.invalid for an id that is none */
export function variantById(format: Pick<Format, 'variants'>, id: string): Variant {
  const variant = format.variants.find((one) => one.id === id)
  if (variant === undefined) {
    const known = format.variants.map((one) => one.id).join(', ')
    throw new AppError('request.invalid', { field: 'variant', reason: `there is no such version; known: ${known}` })
  }
  return variant
}

import type { Plan, Target } from '../../../shared/contract/exports.ts'
import type { Format } from '../../../shared/contract/formats.ts'
import { useAppData } from '../../app/app-data.ts'
import { defaultTarget, writableVariants } from '../../lib/targets.ts'
import { storeKinds } from './store-targets.ts'

export type Mode = 'export' | 'convert'

const FAVOURITES = ['telethon', 'pyrogram', 'gramjs', 'mtcute', 'ferogram']
const OWN = 'session-deck'
/** What a library makes by itself, where it has other forms beside. */
const USUAL = new Set(['telethon.sqlite', 'pyrogram.sqlite', 'ferogram.binary', 'grammers.sqlite', 'mtcute.sqlite'])

function rankOf({ library }: Format): number {
  if (library === OWN) return FAVOURITES.length + 1
  const favourite = FAVOURITES.indexOf(library)
  return favourite === -1 ? FAVOURITES.length : favourite
}

/** As a file or string, or into one of the stores that are sources. */
function canBeWritten({ writable, stores }: Format): boolean {
  if (writable) return true
  const kinds = storeKinds(useAppData.getState().sources ?? [])
  return stores.some((kind) => kinds.has(kind))
}

/**
 * Formats a dialog offers: everything that can be written; converting leaves strings to the export. A key is of no use to
 * libraries for other servers than made it.
 */
export function offeredFormats(
  formats: readonly Format[],
  mode: Mode,
  servers: readonly Plan['servers'][number][] = [],
): readonly Format[] {
  const offered = formats.filter(
    (format) =>
      canBeWritten(format) &&
      writableVariants(format).length > 0 &&
      (mode === 'export' || format.medium !== 'text') &&
      (format.server === 'any' || servers.every((server) => server === format.server)),
  )
  // The best known first; the app's own format, which no library reads, last.
  return offered.toSorted((a, b) => rankOf(a) - rankOf(b) || Number(USUAL.has(b.id)) - Number(USUAL.has(a.id)))
}

/**
 * The format to begin with: for an export the string of the session's own library, for a conversion the file of
 * another one.
 */
export function startTarget(formats: readonly Format[], mode: Mode, ownFormatId: string | null): Target | null {
  const offered = offeredFormats(formats, mode)
  const ownLibrary = formats.find(({ id }) => id === ownFormatId)?.library
  const texts = offered.filter(({ medium }) => medium === 'text')
  const files = offered.filter(({ medium }) => medium !== 'text')
  const format =
    mode === 'export'
      ? (texts.find(({ library }) => library === ownLibrary) ?? texts[0] ?? offered[0])
      : (files.find(({ library }) => library !== ownLibrary) ?? files[0])
  return format === undefined ? null : defaultTarget(format)
}

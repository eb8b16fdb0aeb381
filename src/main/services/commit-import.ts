import { basename } from 'node:path'
import type { ImportEvent } from '../../shared/contract/imports.ts'
import { quoted } from '../../shared/error-texts.ts'
import { AppError } from '../domain/errors.ts'
import type { OpenSession } from '../sources/session-store.ts'
import { describeEntry } from './account-words.ts'
import type { Core } from './core.ts'
import { fillFrom } from './fill-values.ts'
import { type AnyTarget, anyTargetOf, fileTarget } from './formats-lookup.ts'
import {
  bytesIntoFolder,
  copyFolderInto,
  copyIntoFolder,
  type Destination,
  groundOf,
  type Landed,
  landInFolder,
  landInSource,
  landInStore,
} from './import-destination.ts'
import type { ImportTray, StagedItem } from './import-tray.ts'
import { itemError } from './item-error.ts'
import { withReconnect } from './with-reconnect.ts'
import { underOwnName } from './stage-uploads.ts'

export interface CommitInput {
  readonly ticket: string
  readonly items: readonly { readonly id: string; readonly name: string | null }[]
  readonly destination: Destination
  /** Null keeps the format of each item. */
  readonly target: AnyTarget | null
  readonly values: Readonly<Record<string, string>>
}

/** Imports staged items one after the other, with a result for each. What failed stays staged and can be tried again. */
export async function commitImport(
  core: Core,
  tray: ImportTray,
  input: CommitInput,
  emit: (event: ImportEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const job = core.jobs.start('import', importTitle(input.items.length), input.items.length, signal)
  const { log, paths } = core.ports
  const whole = wholePlaces(tray, input)
  let imported = 0
  let failed = 0
  try {
    for (const { id, name } of input.items) {
      if (job.signal.aborted) break
      try {
        const item = tray.item(input.ticket, id)
        const { ref, path } = await withReconnect(job.signal, (resumes) =>
          commitOne(core, item, name, input, whole, resumes),
        )
        tray.done(input.ticket, id)
        imported += 1
        job.step()
        emit({ type: 'item', itemId: id, ref, path, error: null })
      } catch (error) {
        failed += 1
        job.step('failed')
        const own = underOwnName(error, paths.scratch)
        emit({ type: 'item', itemId: id, ref: null, path: null, error: itemError(own, log) })
      }
    }
    emit({ type: 'done', imported, failed })
  } finally {
    job.end()
  }
}

function importTitle(count: number): string {
  return `Importing ${count} ${count === 1 ? 'session' : 'sessions'}`
}

/** Places of which every session is chosen, with what became of the folders among them: those are copied once. */
type WholePlaces = Map<string, { landed: ReturnType<typeof copyFolderInto> | null }>

function wholePlaces(tray: ImportTray, { ticket, items }: CommitInput): WholePlaces {
  const chosen = new Set(items.map(({ id }) => id))
  const counts = new Map<string, number>()
  const whole: WholePlaces = new Map()
  for (const { id, content } of tray.items(ticket)) {
    if (content?.kind !== 'stored' || !chosen.has(id)) continue
    const count = (counts.get(content.path) ?? 0) + 1
    counts.set(content.path, count)
    if (count === content.sessionCount) whole.set(content.path, { landed: null })
  }
  return whole
}

async function commitOne(
  core: Core,
  item: StagedItem,
  givenName: string | null,
  input: CommitInput,
  whole: WholePlaces,
  resumes: boolean,
): Promise<Landed> {
  const { library, ports } = core
  const { summary, content } = item
  if (!summary || !content) throw new AppError('format.unrecognized', { file: item.origin })
  const name = givenName?.trim() || summary.name
  const ground = groundOf(library, input.destination)
  const place = await land()
  const where = ground.kind === 'folder' ? quoted(place.path ?? ground.path) : sourceName()
  library.audit.add({
    action: 'imported',
    text: `Imported ${describeEntry({ givenName: name, summary })} into ${where}`,
    ref: place.ref,
    keyId: summary.keyId,
  })
  return place

  async function land(): Promise<Landed> {
    const copied = ground.kind === 'folder' && input.target === null ? await asItIs(ground.path) : null
    if (copied !== null) return copied
    const opened = await openItem(item)
    const nowSeconds = Math.floor(ports.clock.now() / 1000)
    try {
      if (ground.kind === 'own') return await landInSource(library, ground.sourceId, name, opened, nowSeconds)
      const target = input.target ?? ownTarget(opened)
      const { session, options } = fillFrom(opened.session, target, input.values)
      const encode = { options, nowSeconds }
      return ground.kind === 'store'
        ? await landInStore(library, ground.sourceId, name, { session }, target, encode, resumes)
        : await landInFolder(library, ground.path, name, { session }, fileTarget(target), encode)
    } finally {
      await opened.close()
    }
  }

  /** Null for one of several sessions in a place whose others are not wanted. */
  async function asItIs(into: string): Promise<Landed | null> {
    if (content?.kind === 'bytes') {
      return bytesIntoFolder(library, into, name, content.bytes.open(), content.decoded.info.formatId)
    }
    if (content?.kind !== 'stored') return null
    const place = whole.get(content.path)
    if (place && content.isFolder) {
      const folderName = content.sessionCount === 1 ? name : basename(content.path)
      place.landed ??= copyFolderInto(library, into, folderName, content.path)
      const { path, refs } = await place.landed
      return { path, ref: refs.find(({ key }) => key.endsWith(content.inner)) ?? refs[0] ?? null }
    }
    if (content.sessionCount === 1)
      return copyIntoFolder(library, into, name, { ...item, content }, ports.paths.scratch)
    if (summary?.isProtected !== true) return null
    const reason =
      'it would be written without its passcode: choose every session of its place, or a format to write it in'
    throw new AppError('request.unsupported', { reason })
  }

  function sourceName(): string {
    const { destination } = input
    return quoted((destination.kind === 'source' ? library.source(destination.sourceId) : null)?.name ?? '')
  }
}

async function openItem({ content, origin }: StagedItem): Promise<OpenSession> {
  if (content?.kind === 'stored') return content.store.open(content.key)
  if (content?.decoded) return { ...content.decoded, close: async () => {} }
  throw new AppError('format.unrecognized', { file: origin })
}

/** The format a session was found in, when it has to be written anew all the same (one of several in a file, a paste). */
function ownTarget({ info }: OpenSession): AnyTarget {
  return anyTargetOf({ formatId: info.formatId, variant: info.variant })
}

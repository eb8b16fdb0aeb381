import { basename, dirname, join } from 'node:path'
import type { ExportEvent } from '../../shared/contract/exports.ts'
import { quoted } from '../../shared/error-texts.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import { fileNameFrom } from '../sources/file-keys.ts'
import { type CatalogEntry, MEMORY_ID, type Ref } from '../sources/interfaces.ts'
import { unreadableSummary } from '../sources/session-reader.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { freePath, makeFolder, writeUserFile } from '../sources/user-files.ts'
import { describeEntry } from './account-words.ts'
import { encryptWithPassphrase } from './age-passphrase.ts'
import type { Core } from './core.ts'
import { fillFrom } from './fill-values.ts'
import type { Target } from './formats-lookup.ts'
import { type Landed, landInFolder, landInSource } from './import-destination.ts'
import { itemError } from './item-error.ts'
import { nameOf } from './present.ts'
import { ensureSealing } from './protected.ts'
import { type TarEntry, tarOf } from './tar.ts'
import { fileBytesOf, type Written, writeSession } from './write-session.ts'

export type SaveDestination =
  | { readonly kind: 'file' | 'folder'; readonly path: string }
  | { readonly kind: 'source'; readonly sourceId: string }
  | { readonly kind: 'download' }

export interface SaveInput {
  readonly refs: readonly Ref[]
  readonly target: Target
  readonly values: Readonly<Record<string, string>>
  readonly destination: SaveDestination
  /** Null writes plain files (0600), which the person confirmed. */
  readonly passphrase: Secret | null
  readonly overwrite: boolean
}

/** Writes sessions in another format, one after the other, with a result for each. */
export async function saveExport(
  core: Core,
  input: SaveInput,
  emit: (event: ExportEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const total = input.refs.length
  const job = core.jobs.start('export', `Exporting ${total} sessions as ${input.target.format.label}`, total, signal)
  const taken = new Set<string>()
  const downloads: TarEntry[] = []
  let written = 0
  let done = 0
  try {
    emit({ type: 'progress', done, total })
    for (const ref of input.refs) {
      if (job.signal.aborted) break
      let name = ref.key
      try {
        const entry = core.library.catalog.get(ref)
        name = nameOf(entry)
        const place = await saveOne(core, entry, input, { taken, downloads })
        written += 1
        job.step()
        emit({ type: 'item', ref, name, path: place.path, written: place.ref, error: null })
      } catch (error) {
        job.step('failed')
        emit({ type: 'item', ref, name, path: null, written: null, error: itemError(error, core.ports.log) })
      }
      done += 1
      emit({ type: 'progress', done, total })
    }
    const download = job.signal.aborted ? null : await offerDownload(core, input, downloads)
    emit({ type: 'done', written, failed: done - written, download })
  } finally {
    job.end()
  }
}

interface SoFar {
  /** Paths written in this run: two sessions of one name do not overwrite each other. */
  readonly taken: Set<string>
  readonly downloads: TarEntry[]
}

async function saveOne(core: Core, entry: CatalogEntry, input: SaveInput, soFar: SoFar): Promise<Landed> {
  const { library, ports } = core
  const nowSeconds = Math.floor(ports.clock.now() / 1000)
  const opened = await library.store(entry.ref.sourceId).open(entry.ref.key)
  let place: Landed
  let where: string
  try {
    const { destination } = input
    const source =
      destination.kind === 'source' ? library.sources().find(({ id }) => id === destination.sourceId) : undefined
    if (destination.kind === 'source' && source?.path == null) {
      place = await landInSource(library, destination.sourceId, nameOf(entry), opened, nowSeconds)
      where = source?.name ?? destination.sourceId
    } else {
      const { session, options } = fillFrom(opened.session, input.target, input.values)
      const encode = { options, nowSeconds }
      if (source?.path != null) {
        place = await landInFolder(library, source.path, nameOf(entry), { session }, input.target, encode)
      } else {
        place = await saveFile(core, entry, await writeSession(session, input.target, encode), input, soFar)
      }
      where = place.path ?? 'a download'
    }
  } finally {
    await opened.close()
  }
  const how = input.destination.kind === 'source' ? '' : input.passphrase ? ', encrypted' : ', not encrypted'
  library.audit.add({
    action: 'exported',
    text: `Exported ${describeEntry(entry)} as ${input.target.format.label} to ${quoted(where)}${how}`,
    ref: entry.ref,
    keyId: entry.summary.keyId,
  })
  return place
}

async function saveFile(
  core: Core,
  entry: CatalogEntry,
  written: Written,
  input: SaveInput,
  { taken, downloads }: SoFar,
): Promise<Landed> {
  const { destination, passphrase } = input
  const plain = fileBytesOf(written)
  const fileName = `${fileNameFrom(nameOf(entry))}${written.extension}`
  if (destination.kind === 'download') {
    downloads.push({ name: basename(freePath('', fileName, new Set(downloads.map(({ name }) => name)))), bytes: plain })
    return { ref: null, path: null }
  }
  const bytes = passphrase ? await encryptWithPassphrase(plain, passphrase, core.ports.randomBytes) : plain
  if (destination.kind === 'source') throw new AppError('internal', {})
  const path = pathFor(destination)
  taken.add(path)
  await makeFolder(dirname(path))
  await writeUserFile(path, bytes, input.overwrite ? keepReplaced(core, path) : null)
  return landedAt(core, path)

  function pathFor({ kind, path: chosen }: { readonly kind: 'file' | 'folder'; readonly path: string }): string {
    if (kind === 'file') return passphrase && !chosen.toLowerCase().endsWith('.age') ? `${chosen}.age` : chosen
    const wished = join(chosen, passphrase ? `${fileName}.age` : fileName)
    return taken.has(wished) ? freePath(chosen, basename(wished), taken) : wished
  }
}

/** What a write replaces goes to the trash first, where it can be restored from. */
function keepReplaced({ library }: Core, path: string): (bytes: Uint8Array) => Promise<void> {
  return async (bytes) => {
    await ensureSealing(library.protection)
    const source = library
      .sources()
      .find((one) => one.kind === 'folder' && one.path !== null && path.startsWith(one.path))
    await library.trash.keepBytes({
      reason: 'replaced',
      sourceId: source?.id ?? '',
      sourceName: source?.name ?? dirname(path),
      summary: await summaryAt(library, path),
      givenName: null,
      path,
      bytes,
    })
  }
}

async function summaryAt(library: Core['library'], path: string): Promise<SessionSummary> {
  try {
    const [summary] = await library.scanner.probe(path)
    if (summary) return summary
  } catch (error) {
    // Also what is no session is kept.
    if (!isAppError(error)) throw error
  }
  return unreadableSummary({ key: basename(path), name: basename(path), path }, [])
}

async function landedAt({ library }: Core, path: string): Promise<Landed> {
  for (const source of library.sources()) {
    if (source.kind === 'folder' && source.path !== null && path.startsWith(join(source.path, '/'))) {
      await library.refresh(source.id, [path.slice(join(source.path, '/').length).replaceAll('\\', '/')])
    }
  }
  return { ref: null, path }
}

/** One file as it is, several strings as one text, several files as an archive. */
async function offerDownload(
  { ports }: Core,
  { destination, passphrase, target }: SaveInput,
  entries: readonly TarEntry[],
): Promise<string | null> {
  if (destination.kind !== 'download' || entries.length === 0) return null
  if (!ports.transfers) throw new AppError('request.unsupported', { reason: 'this window saves files itself' })
  const [first] = entries
  let name = first?.name ?? 'session'
  let bytes = first?.bytes ?? new Uint8Array()
  if (entries.length > 1 && target.format.medium === 'text') {
    name = 'sessions.txt'
    bytes = Uint8Array.from(Buffer.concat(entries.map((entry) => entry.bytes)))
  } else if (entries.length > 1) {
    name = 'sessions.tar'
    bytes = tarOf(entries, Math.floor(ports.clock.now() / 1000))
  }
  if (!passphrase) return ports.transfers.offer(name, bytes)
  return ports.transfers.offer(`${name}.age`, await encryptWithPassphrase(bytes, passphrase, ports.randomBytes))
}

/**
 * What can be refused before anything is written.
 * @throws AppError request.invalid, protection.required, source.not-found
 */
export async function checkSave(core: Core, input: SaveInput, protection: 'age' | 'plain' | 'source'): Promise<void> {
  const { destination } = input
  if (destination.kind === 'file' && input.refs.length > 1) {
    throw new AppError('request.invalid', { field: 'destination', reason: 'several sessions need a folder' })
  }
  if (destination.kind !== 'source') {
    if (protection !== 'source') return
    throw new AppError('request.confirmation', {})
  }
  const source = core.library.sources().find(({ id }) => id === destination.sourceId)
  if (!source) throw new AppError('source.not-found', {})
  if (source.path === null) {
    if (source.id !== MEMORY_ID) await ensureSealing(core.library.protection)
    return
  }
  if (source.kind === 'file') throw new AppError('source.read-only', { file: source.path })
  if (protection === 'age') {
    throw new AppError('request.invalid', { field: 'protection', reason: 'files of a source cannot be encrypted' })
  }
  if (protection === 'source') throw new AppError('request.confirmation', {})
}

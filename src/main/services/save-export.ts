import type { ExportEvent } from '../../shared/contract/exports.ts'
import { quoted } from '../../shared/error-texts.ts'
import type { Secret } from '../domain/secret.ts'
import { collectDropped } from '../formats/dropped.ts'
import { type EncodeOptions, extensionOf } from '../formats/format.ts'
import { fileNameFrom } from '../sources/file-keys.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import type { Ref } from '../sources/interfaces.ts'
import type { OpenSession } from '../sources/session-store.ts'
import { describeEntry } from './account-words.ts'
import type { Core } from './core.ts'
import { addDownload, type Download, offerDownload } from './export-download.ts'
import { type ExportItem, exportFile, type FileDestination } from './export-file.ts'
import { fillFrom } from './fill-values.ts'
import { type AnyTarget, fileTarget } from './formats-lookup.ts'
import { groundOf, type Landed, landInFolder, landInSource, landInStore } from './import-destination.ts'
import { itemError } from './item-error.ts'
import { nameOf } from './present.ts'
import { withReconnect } from './with-reconnect.ts'
import { encodeFor } from './write-session.ts'

export type SaveDestination =
  | FileDestination
  | { readonly kind: 'source'; readonly sourceId: string }
  | { readonly kind: 'download' }

export interface SaveInput {
  readonly refs: readonly Ref[]
  readonly target: AnyTarget
  readonly values: Readonly<Record<string, string>>
  readonly destination: SaveDestination
  /** Null writes plain files (0600), which the person confirmed. */
  readonly passphrase: Secret | null
  readonly overwrite: boolean
}

type OnDropped = NonNullable<EncodeOptions['onDropped']>

interface SoFar {
  readonly taken: Set<string>
  readonly downloads: Download[]
}

/** Writes sessions in another format, one after the other, with a result for each. */
export async function saveExport(
  core: Core,
  input: SaveInput,
  emit: (event: ExportEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const total = input.refs.length
  const title = `Exporting ${total} ${total === 1 ? 'session' : 'sessions'} as ${input.target.format.label}`
  const job = core.jobs.start('export', title, total, signal)
  const soFar: SoFar = { taken: new Set(), downloads: [] }
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
        const dropped = collectDropped()
        const place = await withReconnect(job.signal, (resumes) =>
          saveOne(core, entry, input, soFar, dropped.onDropped, resumes),
        )
        written += 1
        job.step()
        const notes = [...dropped.problems()]
        emit({ type: 'item', ref, name, path: place.path, written: place.ref, error: null, notes })
      } catch (error) {
        job.step('failed')
        const failure = itemError(error, core.ports.log)
        emit({ type: 'item', ref, name, path: null, written: null, error: failure, notes: [] })
      }
      done += 1
      emit({ type: 'progress', done, total })
    }
    const download =
      job.signal.aborted || input.destination.kind !== 'download'
        ? null
        : await offerDownload(core.ports, soFar.downloads, fileTarget(input.target).format.medium, input.passphrase)
    emit({ type: 'done', written, failed: done - written, download })
  } finally {
    job.end()
  }
}

async function saveOne(
  core: Core,
  entry: CatalogEntry,
  input: SaveInput,
  soFar: SoFar,
  onDropped: OnDropped,
  resumes: boolean,
): Promise<Landed> {
  const opened = await core.library.store(entry.ref.sourceId).open(entry.ref.key)
  let place: Landed
  try {
    place = await land(core, entry, opened, input, soFar, onDropped, resumes)
  } finally {
    await opened.close()
  }
  core.library.audit.add({
    action: 'exported',
    text: `Exported ${describeEntry(entry)} as ${input.target.format.label} to ${whereTo(core, input, place)}`,
    ref: entry.ref,
    keyId: entry.summary.keyId,
  })
  return place
}

async function land(
  core: Core,
  entry: CatalogEntry,
  opened: OpenSession,
  input: SaveInput,
  { taken, downloads }: SoFar,
  onDropped: OnDropped,
  resumes: boolean,
): Promise<Landed> {
  const { library } = core
  const { destination } = input
  const name = nameOf(entry)
  const nowSeconds = Math.floor(core.ports.clock.now() / 1000)
  const ground = destination.kind === 'source' ? groundOf(library, destination) : null
  if (ground?.kind === 'own') return landInSource(library, ground.sourceId, name, opened, nowSeconds)
  const { session, options } = fillFrom(opened.session, input.target, input.values)
  const encode = { options, nowSeconds, onDropped }
  if (ground?.kind === 'store') {
    return landInStore(library, ground.sourceId, name, { session }, input.target, encode, resumes)
  }
  const target = fileTarget(input.target)
  if (ground) return landInFolder(library, ground.path, name, { session }, target, encode)
  const stem = fileNameFrom(name)
  const encoded = await encodeFor(session, stem, target, encode)
  const item: ExportItem = { stem, extension: extensionOf(target.format), encoded }
  if (destination.kind === 'file' || destination.kind === 'folder') {
    return { ref: null, path: await exportFile(core, item, destination, input, taken) }
  }
  await addDownload(downloads, item)
  return { ref: null, path: null }
}

function whereTo({ library }: Core, { destination, passphrase }: SaveInput, { path }: Landed): string {
  if (destination.kind === 'source') {
    return quoted(path ?? library.source(destination.sourceId)?.name ?? '')
  }
  const how = passphrase ? 'encrypted' : 'not encrypted'
  return path === null ? `a download, ${how}` : `${quoted(path)}, ${how}`
}

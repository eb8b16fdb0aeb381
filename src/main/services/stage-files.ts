import { basename } from 'node:path'
import type { Secret } from '../domain/secret.ts'
import { findFormat } from '../formats/registry.ts'
import type { Log } from '../ports.ts'
import type { ScannedFile, Scanner } from '../sources/scan-types.ts'
import { isRootKey } from '../sources/file-keys.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { kindOfPath } from '../sources/user-files.ts'
import type { LockedPlace, StagedItem } from './import-tray.ts'
import { itemError } from './item-error.ts'
import { formatText } from './labels.ts'
import { ownNamesIn, underOwnName } from './stage-uploads.ts'

interface Reading {
  readonly scanner: Scanner
  readonly log: Log
  readonly scratch: string
}

export interface StagedFiles {
  readonly items: StagedItem[]
  /** Files that are no sessions and are not named like one. */
  readonly ignored: number
}

/**
 * What is in files and folders, by content. Nothing is kept in memory but what the list would show: a session is read when
 * it is imported. A path that cannot be read becomes an item that says so.
 */
export async function stageFiles(
  parts: Reading,
  paths: readonly string[],
  signal: AbortSignal | undefined,
): Promise<StagedFiles> {
  const items: StagedItem[] = []
  let ignored = 0
  for (const path of paths) {
    signal?.throwIfAborted()
    try {
      const found = (await kindOfPath(path)) === 'folder' ? await inFolder(path) : await inFile(path)
      items.push(...found)
    } catch (error) {
      signal?.throwIfAborted()
      items.push({ ...emptyItem(basename(path)), error: itemError(underOwnName(error, parts.scratch), parts.log) })
    }
  }
  return { items, ignored }

  async function inFolder(folder: string): Promise<StagedItem[]> {
    const files: ScannedFile[] = []
    await parts.scanner.scan(folder, {
      known: new Map(),
      signal: signal ?? new AbortController().signal,
      onFiles: (some) => files.push(...some),
      onUnchanged: () => {},
      onProgress: () => {},
    })
    ignored += files.filter(({ summaries }) => summaries.length === 0).length
    const sorted = files.toSorted((a, b) => (a.key < b.key ? -1 : 1))
    return sorted.flatMap(({ key, summaries }) => itemsOf(parts, { root: folder, key, isFile: false }, summaries))
  }

  async function inFile(path: string): Promise<StagedItem[]> {
    const summaries = await parts.scanner.probe(path)
    return itemsOf(parts, { root: path, key: basename(path), isFile: true }, summaries)
  }
}

/**
 * The sessions of a locked place, opened with its passcode, which is remembered for the import itself.
 * @throws AppError passcode.wrong, source.*, format.*
 */
export async function unlockStaged(parts: Reading, place: LockedPlace, passcode: Secret): Promise<StagedItem[]> {
  try {
    await parts.scanner.unlock(place.root, place.fileKey, passcode)
    const [file] = await parts.scanner.rescan(place.root, [place.fileKey])
    const isFile = (await kindOfPath(place.root)) === 'file'
    return itemsOf(parts, { root: place.root, key: place.fileKey, isFile }, file?.summaries ?? [])
  } catch (error) {
    throw underOwnName(error, parts.scratch)
  }
}

interface StagedPlace {
  /** What was handed over. */
  readonly root: string
  /** The file or folder in it. */
  readonly key: string
  readonly isFile: boolean
}

function itemsOf(parts: Reading, place: StagedPlace, summaries: readonly SessionSummary[]): StagedItem[] {
  const { root, key, isFile } = place
  const origin = isFile || isRootKey(key) ? basename(root) : `${basename(root)}/${key}`
  return summaries.map((summary, index) =>
    itemFrom(
      parts,
      place,
      summaries.length === 1 ? origin : `${origin}, ${index + 1}`,
      ownNamesIn(summary, parts.scratch),
      summaries.length,
    ),
  )
}

function itemFrom(
  parts: Reading,
  { root, key }: StagedPlace,
  origin: string,
  summary: SessionSummary,
  sessionCount: number,
): StagedItem {
  const { format, locked } = summary
  const [problem] = summary.problems
  const empty = emptyItem(origin)
  if (!format) {
    const place = locked && { locked: { root, fileKey: key, formatId: locked.formatId } }
    return { ...empty, summary, formatId: locked?.formatId ?? null, error: problem ?? null, ...place }
  }
  const known = findFormat(format.formatId)
  const detection = {
    formatId: format.formatId,
    label: known?.label ?? format.formatId,
    certainty: 'exact' as const,
    reason: formatText(format),
  }
  return {
    ...empty,
    summary,
    formatId: format.formatId,
    detections: [detection],
    content: {
      kind: 'stored',
      store: parts.scanner.store(root),
      key: summary.key,
      path: summary.path ?? '',
      isFolder: known?.medium === 'folder',
      sessionCount,
      inner: summary.key.slice(key.length),
    },
  }
}

export function emptyItem(origin: string): StagedItem {
  return {
    id: crypto.randomUUID(),
    origin,
    detections: [],
    formatId: null,
    corrections: [],
    summary: null,
    error: null,
    content: null,
  }
}

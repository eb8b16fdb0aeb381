import { basename } from 'node:path'
import type { ScannedFile, Scanner } from '../sources/interfaces.ts'
import type { SessionStore, SessionSummary } from '../sources/session-store.ts'
import { kindOfPath } from '../sources/user-files.ts'
import type { Log } from '../ports.ts'
import { findFormat } from '../formats/registry.ts'
import type { StagedItem } from './import-tray.ts'
import { itemError } from './item-error.ts'
import { formatText } from './labels.ts'
import { underOwnName } from './stage-uploads.ts'

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
  parts: { readonly scanner: Scanner; readonly log: Log; readonly scratch: string },
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
    return sorted.flatMap(({ summaries }) =>
      summaries.map((summary) =>
        itemFrom(parts.scanner.store(folder), `${basename(folder)}/${summary.key}`, summary, summaries.length === 1),
      ),
    )
  }

  async function inFile(path: string): Promise<StagedItem[]> {
    const summaries = await parts.scanner.probe(path)
    const alone = summaries.length === 1
    return summaries.map((summary, index) =>
      itemFrom(parts.scanner.store(path), alone ? basename(path) : `${basename(path)}, ${index + 1}`, summary, alone),
    )
  }
}

function itemFrom(store: SessionStore, origin: string, summary: SessionSummary, alone: boolean): StagedItem {
  const { format } = summary
  const [problem] = summary.problems
  if (!format) return { ...emptyItem(origin), summary, error: problem ?? null }
  return {
    ...emptyItem(origin),
    summary,
    formatId: format.formatId,
    detections: [
      {
        formatId: format.formatId,
        label: findFormat(format.formatId)?.label ?? format.formatId,
        certainty: 'exact',
        reason: formatText(format),
      },
    ],
    content: { kind: 'stored', store, key: summary.key, path: summary.path ?? '', alone },
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

import type {
  Detection,
  FileFormat,
  FolderFormat,
  FolderReader,
  TablesFormat,
  TextFormat,
  FolderInterest,
} from './format.ts'
import type { TablesSchema } from './media.ts'
import { fileFormats, folderFormats, tablesFormats, textFormats } from './registry.ts'

/** A format that claims an input, and why. */
export interface Claim<F> {
  readonly format: F
  readonly detection: Detection
}

/**
 * Formats that claim a text, the surest first. Two exact claims mean that the text fits both: show them and let the
 * person choose, never take the first. `text` is cleaned (`clean-text.ts`).
 */
export function detectText(text: string): readonly Claim<TextFormat>[] {
  return ranked(textFormats, (format) => format.detect(text))
}

/** Formats that claim the tables of a database. */
export function detectTables(schema: TablesSchema): readonly Claim<TablesFormat>[] {
  return ranked(tablesFormats, (format) => format.detect(schema))
}

/** Formats that claim the bytes of a file that is no database. */
export function detectFile(bytes: Uint8Array): readonly Claim<FileFormat>[] {
  return ranked(fileFormats, (format) => format.detect(bytes))
}

/** A folder with these names in it may be a session; null when no format claims it. */
export function claimFolder(names: readonly string[]): FolderInterest | null {
  const claiming = folderFormats.filter((format) => format.claims(names))
  if (claiming.length === 0) return null
  return {
    matters: (path) => claiming.some((format) => format.concerns?.(path) ?? true),
    isShared: claiming.every((format) => format.sharesFolder === true),
  }
}

/** Whether any format finds the beginning of a file worth reading the rest. */
export function isPromising(head: Uint8Array, sizeBytes: number): boolean {
  return fileFormats.some((format) => format.promising?.(head, sizeBytes) ?? false)
}

/** Formats that claim a folder. */
export async function detectFolder(folder: FolderReader): Promise<readonly Claim<FolderFormat>[]> {
  const detections = new Map<string, Detection | null>()
  for (const format of folderFormats) detections.set(format.id, await format.detect(folder))
  return ranked(folderFormats, (format) => detections.get(format.id) ?? null)
}

/** The one format to take without asking: the only exact claim, or else the only claim. Null when a person must choose. */
export function unambiguous<F>(claims: readonly Claim<F>[]): Claim<F> | null {
  const exact = claims.filter((claim) => claim.detection.certainty === 'exact')
  if (exact.length > 0) return exact.length === 1 ? (exact[0] ?? null) : null
  return claims.length === 1 ? (claims[0] ?? null) : null
}

function ranked<F extends { readonly id: string }>(
  formats: readonly F[],
  detect: (format: F) => Detection | null,
): readonly Claim<F>[] {
  const claims = formats.flatMap((format) => {
    const detection = detect(format)
    return detection === null ? [] : [{ format, detection }]
  })
  // By id among equals: the order of the registry must carry no meaning.
  return claims.sort((a, b) => rank(a.detection) - rank(b.detection) || (a.format.id < b.format.id ? -1 : 1))
}

function rank(detection: Detection): number {
  return detection.certainty === 'exact' ? 0 : 1
}

import { AppError } from '../domain/errors.ts'
import { libraryLabel } from '../domain/libraries.ts'
import { Secret } from '../domain/secret.ts'
import type { Decoded, Format, TextFormat, Variant } from '../formats/format.ts'
import { type Claim, detectText, unambiguous } from '../formats/detect.ts'
import { explainForeignBytes, explainForeignText } from '../formats/foreign.ts'
import { beginsLikeJson, filesInText } from '../formats/pasted-files.ts'
import { splitText } from '../formats/split-text.ts'
import type { Log } from '../ports.ts'
import { readWhole } from '../sources/probe-content.ts'
import { summaryOf } from '../sources/session-reader.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import type { StagedItem } from './import-tray.ts'
import { itemError } from './item-error.ts'
import { emptyItem } from './stage-files.ts'

/**
 * Session strings and whole session files (JSON) in pasted text, each read in the one format it fits, or waiting for the
 * person to choose.
 */
export async function stageText(text: string, log: Log): Promise<{ items: StagedItem[]; ignored: number }> {
  const { files, rest } = filesInText(text)
  const fromFiles: StagedItem[] = []
  for (const { bytes, origin } of files) fromFiles.push(await readFile(emptyItem(origin), bytes, log))
  const { candidates, ignored } = splitText(rest)
  const isRead = files.length > 0 || candidates.some((one) => detectText(one.text).length > 0)
  if (!isRead && beginsLikeJson(text)) {
    const error = itemError(explainForeignBytes(new TextEncoder().encode(text)), log)
    return { items: [{ ...emptyItem('what was pasted'), error }], ignored: 0 }
  }
  const strings = candidates.map((candidate): StagedItem => {
    const claims = detectText(candidate.text)
    const item: StagedItem = {
      ...emptyItem(candidate.origin),
      corrections: candidate.corrections,
      detections: claims.map(detectionOf),
      content: { kind: 'text', text: Secret.fromText(candidate.text), decoded: null },
    }
    if (claims.length === 0) {
      return { ...item, content: null, error: itemError(explainForeignText(candidate.text), log) }
    }
    const claim = unambiguous(claims)
    return claim === null ? item : readAs(item, claim.format, log)
  })
  return { items: [...fromFiles, ...strings], ignored }
}

/** What was pasted as the text of a file. Nothing that can be text is ever locked. */
async function readFile(item: StagedItem, bytes: Uint8Array, log: Log): Promise<StagedItem> {
  const whole = await readWhole(bytes, { passcode: null })
  if (whole === null) return { ...item, error: itemError(explainForeignBytes(bytes), log) }
  const { format, claims } = whole
  const read = { ...item, detections: claims.map(detectionOf), formatId: format.id }
  if ('error' in whole) return { ...read, error: itemError(whole.error, log) }
  const { decoded } = whole
  return {
    ...read,
    summary: namedSummary(item, decoded, format),
    content: { kind: 'bytes', bytes: new Secret(bytes), decoded },
  }
}

/** The item read in another of the formats it fits. @throws AppError request.invalid */
export function chooseFormat(item: StagedItem, formatId: string, log: Log): StagedItem {
  if (item.content?.kind !== 'text') {
    if (item.formatId === formatId) return item
    throw new AppError('request.invalid', { field: 'formatId', reason: 'it is certain what this file is' })
  }
  const claim = detectText(item.content.text.openText()).find(({ format }) => format.id === formatId)
  if (!claim) throw new AppError('request.invalid', { field: 'formatId', reason: 'the text does not fit this format' })
  return readAs(item, claim.format, log)
}

function readAs(item: StagedItem, format: TextFormat, log: Log): StagedItem {
  if (item.content?.kind !== 'text') return item
  const chosen = { ...item, formatId: format.id }
  try {
    const decoded = format.decode(item.content.text.openText())
    const summary = namedSummary(item, decoded, format)
    return { ...chosen, summary, error: null, content: { ...item.content, decoded } }
  } catch (error) {
    return { ...chosen, summary: null, error: itemError(error, log), content: { ...item.content, decoded: null } }
  }
}

function namedSummary(item: StagedItem, decoded: Decoded, format: Format): SessionSummary {
  const place = { key: item.id, name: '', path: null }
  const unnamed = summaryOf(decoded, carriesOf(format, decoded.info.variant), place)
  return { ...unnamed, name: nameFor(unnamed, item.origin) }
}

/** What is pasted has no name of its own: its account says most, then its key. */
function nameFor({ account, format, keyId }: SessionSummary, origin: string): string {
  if (account?.username) return account.username
  if (account) return `${account.isBot === true ? 'bot' : 'user'} ${account.id}`
  return `${libraryLabel(format?.library ?? '')} ${keyId === null ? origin : keyId.slice(0, 6)}`
}

function carriesOf(format: Format, variant: string): Variant['carries'] {
  return format.variants.find(({ id }) => id === variant)?.carries ?? new Set()
}

function detectionOf({ format, detection }: Claim<Format>): StagedItem['detections'][number] {
  return { formatId: format.id, label: format.label, certainty: detection.certainty, reason: detection.reason }
}

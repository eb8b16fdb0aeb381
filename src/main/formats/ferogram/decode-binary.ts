import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Decoded, Detection } from '../format.ts'
import { type BinaryReading, NEWEST_VERSION, newerVersionOf, readBinary } from './binary-read.ts'
import { sessionFrom } from './session-from.ts'

/** What the bytes are, for the file and the native string alike. */
export function detectBinary(bytes: Uint8Array): Detection | null {
  const newer = newerVersionOf(bytes)
  if (newer !== null) return { certainty: 'plausible', reason: `begins like version ${newer}`, variant: null }
  const reading = readBinary(bytes)
  if (reading === null) return null
  return {
    certainty: reading.trailingByteLength === 0 && reading.hasGoodAddresses ? 'exact' : 'plausible',
    reason: `version ${reading.version}, ${count(reading.stored.dcs, 'address')}, home DC ${reading.stored.homeDcId}, ${count(reading.stored.peers, 'peer')}`,
    variant: String(reading.version),
  }
}

function count(items: readonly unknown[], word: string): string {
  const plural = word.endsWith('s') ? `${word}es` : `${word}s`
  return `${items.length} ${items.length === 1 ? word : plural}`
}

/** @throws AppError format.malformed, format.unsupported-version */
export function decodeBinary(bytes: Uint8Array, formatId: string): Decoded {
  if (bytes.byteLength === 0) throw new AppError('format.malformed', { format: formatId, reason: 'it is empty' })
  const newer = newerVersionOf(bytes)
  if (newer !== null) {
    throw new AppError('format.unsupported-version', {
      format: formatId,
      found: `version ${newer}, made by a newer ferogram`,
      known: `1 to ${NEWEST_VERSION}`,
    })
  }
  const reading = readBinary(bytes)
  if (reading === null) {
    throw new AppError('format.malformed', {
      format: formatId,
      reason: 'it ends too early, or part of it was changed: its fields do not fit together',
    })
  }
  return decodedFrom(reading, formatId)
}

function decodedFrom(reading: BinaryReading, formatId: string): Decoded {
  const problems: Problem[] = []
  if (reading.trailingByteLength > 0) problems.push(trailingProblem(reading.trailingByteLength))
  return {
    session: sessionFrom(reading.stored, problems),
    info: { formatId, variant: String(reading.version), library: 'ferogram', formatVersion: reading.version },
    problems,
  }
}

export function trailingProblem(byteLength: number): Problem {
  return {
    code: 'ferogram.trailing-bytes',
    message: `${byteLength === 1 ? 'One byte follows' : `${byteLength} bytes follow`} the end of the session. ferogram does not look at them, but they should not be there: part of it may be damaged. Check what was read; an export leaves them out.`,
  }
}

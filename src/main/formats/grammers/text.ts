import { fromHex, toHex } from '../../bytes/hex.ts'
import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, homeOf } from '../../domain/session.ts'
import type { FileFormat } from '../format.ts'
import { requireKey, requirePlace } from '../write-checks.ts'

const ID = 'grammers.text'
const MAX_BYTE_LENGTH = 600
const KEY = /^[0-9a-fA-F]{512}$/

/** DC and key as they stand in the three lines; null for anything else. A line may end in CRLF. */
function linesOf(bytes: Uint8Array): { dc: string; key: string } | null {
  if (bytes.byteLength > MAX_BYTE_LENGTH) return null
  const lines = new TextDecoder('latin1').decode(bytes).split(/\r?\n/)
  const [version, dc, key, ...rest] = lines
  // The library ends every line: two ends alone are a file cut short.
  if (version !== '1' || dc === undefined || key === undefined || (key === '' && rest.length === 0)) return null
  return rest.every((line) => line === '') && /^\d{0,5}$/.test(dc) ? { dc, key } : null
}

/**
 * Upstream: `lib/grammers-session/src/lib.rs` of grammers-session 0.1 and 0.2.
 *
 * | line | content |
 * |---|---|
 * | 1 | `1` |
 * | 2 | number of the home DC, or nothing |
 * | 3 | auth key as 512 hexadecimal digits, or nothing |
 */
export const grammersText: FileFormat = {
  id: ID,
  library: 'grammers',
  label: 'grammers text',
  help: 'The file of grammers 0.1 and 0.2: three lines with the number of the data centre and the key, nothing else.',
  medium: 'file',
  extension: '.session',
  detection: 'Three lines: 1, a data centre, 512 hexadecimal digits.',
  variants: [
    {
      id: '1',
      label: '1 (0.1 and 0.2)',
      library: 'grammers',
      carries: new Set(['dc', 'auth-key']),
      requires: ['auth-key', 'dc'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  detect(bytes) {
    const lines = linesOf(bytes)
    if (lines === null || !(lines.key === '' || KEY.test(lines.key))) return null
    // Without a key there is little to tell it by.
    const certainty = lines.key === '' ? 'plausible' : 'exact'
    return { certainty, reason: `three lines, DC ${lines.dc === '' ? 'none' : lines.dc}`, variant: '1' }
  },
  async decode(bytes) {
    const lines = linesOf(bytes)
    if (lines === null) {
      throw new AppError('format.malformed', { format: ID, reason: 'it does not have the three lines of such a file' })
    }
    if (lines.key !== '' && !KEY.test(lines.key)) {
      throw new AppError('format.malformed', {
        format: ID,
        reason: `its key has ${lines.key.length} characters instead of 512 hexadecimal digits`,
      })
    }
    const key = authKeyFrom(fromHex(lines.key))
    const authKey = key === 'damaged' ? null : key
    const id = Number(lines.dc)
    const problems: Problem[] = []
    if (authKey === null) {
      problems.push({
        code: 'session.no-key',
        message: 'The file holds no key: a client made it but never logged in. Nothing can be exported from it.',
      })
    }
    if ((authKey !== null || lines.dc !== '') && !isPlausibleDcId(id)) {
      problems.push({
        code: 'grammers.dc-unknown',
        message: `The file says ${lines.dc === '' ? 'no data centre' : `DC ${id}, which Telegram does not have`}. Give the DC when you export the session.`,
      })
    }
    const isEmpty = authKey === null && lines.dc === ''
    return {
      info: { formatId: ID, variant: '1', library: 'grammers', formatVersion: 1 },
      problems,
      session: {
        ...emptySession(),
        dataCenters: isEmpty ? [] : [{ id: Math.min(id, 10_000), address: null, port: null, authKey, home: true }],
      },
    }
  },
  async encode(session) {
    const home = homeOf(session)
    const key = requireKey(home)
    const dc = requirePlace(home, ID)
    return new TextEncoder().encode(`1\n${dc.id}\n${toHex(key.open())}\n`)
  },
}

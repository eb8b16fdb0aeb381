import { extname } from 'node:path'

/** No string session comes near this. */
const TEXT_LIMIT_BYTES = 64 * 1024
/**
 * Sessions that begin like noise hold a key or two and a few addresses. Looking for them in all that is larger, and in all
 * that has no ending, would cost a scan dear.
 */
const NOISE_LIMIT_BYTES = 64 * 1024
const UNNAMED_NOISE_LIMIT_BYTES = 8 * 1024

/** Endings that libraries give to binary sessions. Without an ending only small files are looked at. */
const TELLING = new Set(['.dat', '.bin', '.binlog'])

/** Whether a file of another name than `.session` is worth reading whole, going by name, size and first bytes. */
export function mayBeSession(path: string, head: Uint8Array, sizeBytes: number): boolean {
  if (sizeBytes <= TEXT_LIMIT_BYTES && beginsLikeText(head)) return true
  const extension = extname(path).toLowerCase()
  const limit = TELLING.has(extension) ? NOISE_LIMIT_BYTES : extension === '' ? UNNAMED_NOISE_LIMIT_BYTES : 0
  return sizeBytes <= limit && !isOfKnownKind(head)
}

/** JSON, or the characters of base64 from the start. Byte order mark and blanks may come first. */
function beginsLikeText(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 16))
    .toString('latin1')
    .replace(/^\xef\xbb\xbf/, '')
    .replace(/^[\s"'`]+/, '')
  return text.startsWith('{') || /^[\w+/=-]{4,}[\s"'`]*$/.test(text)
}

/** First bytes of pictures, films, archives, programs and documents, as latin-1. */
const KNOWN_KINDS = [
  '\x89PNG',
  '\xff\xd8\xff',
  'GIF8',
  'RIFF',
  'OggS',
  'ID3',
  'PK\x03\x04',
  '\x1f\x8b',
  '7z\xbc\xaf',
  '\xfd7zXZ',
  '\x28\xb5\x2f\xfd',
  '%PDF',
  '\x7fELF',
  'MZ',
  '#!',
  '<?xml',
  '<!DOC',
  '<html',
]

function isOfKnownKind(head: Uint8Array): boolean {
  const text = Buffer.from(head.subarray(0, 12)).toString('latin1')
  return KNOWN_KINDS.some((start) => text.startsWith(start)) || text.startsWith('ftyp', 4)
}

/** A piece of a key in one spelling; enough of it to be no accident. */
const PIECE_BYTES = 24
/** From several places of the key: a view could be cut off at either end. */
const OFFSETS = [0, 116, 256 - PIECE_BYTES]

/** Texts that give a key away: pieces of it in hex, base64 (either alphabet, every alignment), number lists and raw. */
export function needlesOf(key: Uint8Array): string[] {
  return OFFSETS.filter((offset) => offset + PIECE_BYTES <= key.byteLength).flatMap((offset) => {
    const piece = Buffer.from(key.subarray(offset, offset + PIECE_BYTES))
    const hex = piece.toString('hex')
    const base64 = [0, 1, 2].map((shift) => alignedBase64(piece, shift))
    return [
      hex,
      hex.toUpperCase(),
      ...base64,
      ...base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_')),
      piece.join(','),
      piece.join(', '),
      piece.toString('latin1'),
    ]
  })
}

/** As the piece looks inside a longer base64 text, `shift` bytes after a group began: what its neighbours touch is cut. */
function alignedBase64(piece: Uint8Array, shift: number): string {
  const text = Buffer.concat([Buffer.alloc(shift), piece])
    .toString('base64')
    .replace(/=+$/, '')
  const start = shift === 0 ? 0 : shift + 1
  return text.slice(start, text.length - ((shift + piece.byteLength) % 3 === 0 ? 0 : 1))
}

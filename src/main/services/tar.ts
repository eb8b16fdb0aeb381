const BLOCK = 512

export interface TarEntry {
  readonly name: string
  readonly bytes: Uint8Array
}

/** The files of a folder, below its name. */
export function tarEntries(folder: string, files: ReadonlyMap<string, Uint8Array>): TarEntry[] {
  return [...files].map(([path, bytes]) => ({ name: `${folder}/${path}`, bytes }))
}

/** A ustar archive of private files (mode 0600). Names are relative paths with `/` between their parts. */
export function tarOf(entries: readonly TarEntry[], nowSeconds: number): Uint8Array {
  const parts: Uint8Array[] = []
  for (const { name, bytes } of entries) {
    parts.push(paxHeader(name, nowSeconds), header(name, bytes.byteLength, '0', nowSeconds), bytes)
    parts.push(new Uint8Array((BLOCK - (bytes.byteLength % BLOCK)) % BLOCK))
  }
  parts.push(new Uint8Array(2 * BLOCK))
  return Uint8Array.from(Buffer.concat(parts))
}

/** Names beyond 100 bytes or beyond ASCII go into a record of their own, which every tar of this century reads. */
function paxHeader(name: string, nowSeconds: number): Uint8Array {
  const tail = Buffer.from(` path=${name}\n`)
  let byteLength = tail.byteLength + 1
  while (String(byteLength).length + tail.byteLength !== byteLength)
    byteLength = String(byteLength).length + tail.byteLength
  const record = Buffer.concat([Buffer.from(String(byteLength)), tail])
  const padding = Buffer.alloc((BLOCK - (record.byteLength % BLOCK)) % BLOCK)
  return Buffer.concat([header('PaxHeader', record.byteLength, 'x', nowSeconds), record, padding])
}

function header(name: string, byteLength: number, type: string, nowSeconds: number): Buffer {
  const block = Buffer.alloc(BLOCK)
  block.write(name.replaceAll(/[^ -~]/g, '_').slice(0, 100), 0, 'latin1')
  const octal = (value: number, at: number, width: number): void => {
    block.write(`${value.toString(8).padStart(width - 1, '0')}\0`, at, 'latin1')
  }
  octal(0o600, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(byteLength, 124, 12)
  octal(nowSeconds, 136, 12)
  block.fill(0x20, 148, 156)
  block.write(type, 156, 'latin1')
  block.write('ustar\u000000', 257, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}

import { z } from 'zod'
import { AppError } from '../domain/errors.ts'

/** One file as it lay: bytes, and what has to come back with them. The name may lead into folders, with `/` between. */
export interface KeptFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly modifiedAtMs: number | null
  readonly mode: number | null
}

const headerSchema = z.object({
  version: z.literal(1),
  files: z.array(
    z.object({
      name: z.string().min(1),
      byteLength: z.number().int().min(0),
      modifiedAtMs: z.number().nullable(),
      mode: z.number().int().nullable(),
    }),
  ),
})

/** Puts files into one run of bytes: 4 bytes header length (little endian), JSON header, the files' bytes. */
export function packFiles(files: readonly KeptFile[]): Uint8Array {
  const header = Buffer.from(
    JSON.stringify({
      version: 1,
      files: files.map(({ name, bytes, modifiedAtMs, mode }) => ({
        name,
        byteLength: bytes.byteLength,
        modifiedAtMs,
        mode,
      })),
    }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.byteLength)
  return Buffer.concat([length, header, ...files.map((file) => file.bytes)])
}

/** @throws AppError format.malformed */
export function unpackFiles(packed: Uint8Array): KeptFile[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)
  try {
    const headerEnd = 4 + bytes.readUInt32LE(0)
    const header = headerSchema.parse(JSON.parse(bytes.subarray(4, headerEnd).toString('utf8')))
    let at = headerEnd
    return header.files.map(({ name, byteLength, modifiedAtMs, mode }) => {
      const end = at + byteLength
      if (end > bytes.byteLength) throw new Error('cut short')
      const file = { name, bytes: bytes.subarray(at, end), modifiedAtMs, mode }
      at = end
      return file
    })
  } catch (error) {
    throw new AppError('format.malformed', { format: 'trash entry', reason: 'cannot be made out' }, { cause: error })
  }
}

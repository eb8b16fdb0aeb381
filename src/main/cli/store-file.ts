import { open } from 'node:fs/promises'
import { quoted } from '../../shared/error-texts.ts'
import { fromFileError } from '../backends/file-errors.ts'
import { UsageError } from '../headless/arguments.ts'
import { parseStoreAddress, type StoreAddress } from '../sources/store-location.ts'

const MAX_BYTES = 20_000
const OTHERS_MAY_READ = 0o077

/**
 * The connection string in a file that nobody else can read: as an argument, others would see its password. A pipe
 * (`<(pass show bots/redis)`) does as well.
 * @throws UsageError when others can read it, AppError source.not-found, source.denied, request.invalid
 */
export async function readStoreFile(path: string): Promise<StoreAddress> {
  return parseStoreAddress((await privateText(path)).trim())
}

async function privateText(path: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fromFileError(error, path)
  })
  try {
    // Of what was opened, not of what may lie there a moment later.
    const facts = await file.stat()
    if (facts.isDirectory()) throw new UsageError('--store takes a file')
    if (process.platform !== 'win32' && (facts.mode & OTHERS_MAY_READ) !== 0) {
      throw new UsageError(`Others on this machine can read or write ${quoted(path)}: take that from them (chmod 600)`)
    }
    const bytes = Buffer.alloc(MAX_BYTES + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(bytes, length, bytes.byteLength - length)
      length += bytesRead
      if (bytesRead === 0 || length > MAX_BYTES) break
    }
    if (length > MAX_BYTES) throw new UsageError('That file holds more than a connection string')
    return bytes.toString('utf8', 0, length)
  } finally {
    await file.close()
  }
}

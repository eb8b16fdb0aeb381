import { open } from 'node:fs/promises'
import { quoted } from '../../shared/error-texts.ts'
import { fromFileError } from '../backends/file-errors.ts'
import { UsageError } from '../headless/arguments.ts'

const MAX_BYTES = 20_000
const OTHERS_MAY_READ = 0o077

/**
 * The text of a file that nobody else can read, trimmed: as an argument, others would see what is in it. A pipe
 * (`<(pass show telegram/app)`) does as well. `option` and `what` are for the sentences: `--store`, `a connection string`.
 * @throws UsageError when others can read it or it holds too much, AppError source.not-found, source.denied
 */
export async function readPrivateFile(path: string, option: string, what: string): Promise<string> {
  const file = await open(path, 'r').catch((error: unknown) => {
    throw fromFileError(error, path)
  })
  try {
    // Of what was opened, not of what may lie there a moment later.
    const facts = await file.stat()
    if (facts.isDirectory()) throw new UsageError(`${option} takes a file`)
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
    if (length > MAX_BYTES) throw new UsageError(`That file holds more than ${what}`)
    return bytes.toString('utf8', 0, length).trim()
  } finally {
    await file.close()
  }
}

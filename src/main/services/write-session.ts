import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import type { Session } from '../domain/session.ts'
import type { EncodeOptions } from '../formats/format.ts'
import type { Scanner } from '../sources/interfaces.ts'
import { makeFolder } from '../sources/user-files.ts'
import type { Target } from './formats-lookup.ts'

export interface WriteParts {
  readonly scanner: Pick<Scanner, 'store'>
  /** Private folder where tables are put together. */
  readonly scratch: string
}

/** A session in another format: one line of text, or the bytes of a file. Both open the account. */
export type Written =
  | { readonly kind: 'text'; readonly value: Secret }
  | { readonly kind: 'file'; readonly value: Secret; readonly extension: string }

/** @throws AppError format.missing-field, format.not-writable, session.no-key */
export async function writeSession(
  { scanner, scratch }: WriteParts,
  session: Session,
  { format, variant }: Target,
  options: Omit<EncodeOptions, 'variant'>,
): Promise<Written> {
  const encode: EncodeOptions = { ...options, variant: variant.id }
  switch (format.medium) {
    case 'text': {
      if (!format.encode) throw notWritable(format.id)
      return { kind: 'text', value: Secret.fromText(format.encode(session, encode)) }
    }
    case 'file': {
      if (!format.encode) throw notWritable(format.id)
      const bytes = await format.encode(session, encode)
      return { kind: 'file', value: new Secret(bytes), extension: format.extension }
    }
    case 'tables': {
      const folder = join(scratch, 'writes')
      await makeFolder(folder)
      const store = scanner.store(folder)
      if (!store.add) throw notWritable(format.id)
      const key = await store.add(crypto.randomUUID(), session, { formatId: format.id, options: encode })
      const path = join(folder, ...key.split('/'))
      try {
        return { kind: 'file', value: new Secret(await readFile(path)), extension: format.extension }
      } finally {
        await rm(path, { force: true })
      }
    }
  }
}

function notWritable(format: string): AppError {
  return new AppError('format.not-writable', { format, reason: 'it can be read only' })
}

/** The bytes as they go into a file: a string ends with a line end, as editors and shells expect. */
export function fileBytesOf(written: Written): Uint8Array {
  return written.kind === 'file' ? written.value.open() : new TextEncoder().encode(`${written.value.openText()}\n`)
}

export function extensionOf(written: Written): string {
  return written.kind === 'file' ? written.extension : '.txt'
}

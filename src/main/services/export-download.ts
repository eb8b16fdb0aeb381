import { basename } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { Ports } from '../ports.ts'
import { bytesOf } from '../sources/encode-session.ts'
import { freePath } from '../sources/user-files.ts'
import { encryptWithPassphrase } from './age-passphrase.ts'
import type { ExportItem } from './export-file.ts'
import { type TarEntry, tarEntries, tarOf } from './tar.ts'

/** One session of those that go out in one download: a file, or the files of a folder. */
export interface Download {
  readonly name: string
  readonly content: Uint8Array | ReadonlyMap<string, Uint8Array>
}

/** Adds a session to those that go out in one download, under a name of its own. */
export async function addDownload(downloads: Download[], { stem, extension, encoded }: ExportItem): Promise<void> {
  const taken = new Set(downloads.map(({ name }) => name))
  const wished = stem + extension
  const name = taken.has(wished) ? basename(freePath('', wished, taken)) : wished
  downloads.push({ name, content: encoded.kind === 'folder' ? encoded.files : await bytesOf(encoded) })
}

/**
 * One file as it is, several strings as one text, a folder or several files as an archive. It is held in memory until the
 * page fetches it. Answers the link, null for nothing.
 */
export async function offerDownload(
  ports: Ports,
  downloads: readonly Download[],
  medium: 'text' | 'file' | 'folder' | 'tables',
  passphrase: Secret | null,
): Promise<string | null> {
  if (downloads.length === 0) return null
  if (!ports.transfers) throw new AppError('request.unsupported', { reason: 'this window saves files itself' })
  const { name, bytes } = oneFile(ports, downloads, medium)
  if (!passphrase) return ports.transfers.offer(name, bytes)
  return ports.transfers.offer(`${name}.age`, await encryptWithPassphrase(bytes, passphrase, ports.randomBytes))
}

function oneFile(
  { clock }: Ports,
  downloads: readonly Download[],
  medium: 'text' | 'file' | 'folder' | 'tables',
): TarEntry {
  const entries = downloads.flatMap(({ name, content }) =>
    content instanceof Uint8Array ? [{ name, bytes: content }] : tarEntries(name, content),
  )
  const [only] = downloads
  if (downloads.length === 1 && only?.content instanceof Uint8Array) return { name: only.name, bytes: only.content }
  if (medium === 'text') return { name: 'sessions.txt', bytes: Buffer.concat(entries.map(({ bytes }) => bytes)) }
  const name = downloads.length === 1 && only ? `${only.name}.tar` : 'sessions.tar'
  return { name, bytes: tarOf(entries, Math.floor(clock.now() / 1000)) }
}

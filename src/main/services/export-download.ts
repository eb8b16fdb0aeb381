import { basename } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { Ports } from '../ports.ts'
import { freePath } from '../sources/user-files.ts'
import { encryptWithPassphrase } from './age-passphrase.ts'
import { type TarEntry, tarOf } from './tar.ts'

/** Adds a file to those that go out in one download, under a name of its own. */
export function addDownload(entries: TarEntry[], fileName: string, bytes: Uint8Array): void {
  const taken = new Set(entries.map(({ name }) => name))
  entries.push({ name: taken.has(fileName) ? basename(freePath('', fileName, taken)) : fileName, bytes })
}

/** One file as it is, several strings as one text, several files as an archive. Answers the link, null for nothing. */
export async function offerDownload(
  ports: Ports,
  entries: readonly TarEntry[],
  medium: 'text' | 'file' | 'folder' | 'tables',
  passphrase: Secret | null,
): Promise<string | null> {
  const [first] = entries
  if (!first) return null
  if (!ports.transfers) throw new AppError('request.unsupported', { reason: 'this window saves files itself' })
  const { name, bytes } = entries.length === 1 ? first : medium === 'text' ? textOf(entries) : archiveOf(ports, entries)
  if (!passphrase) return ports.transfers.offer(name, bytes)
  return ports.transfers.offer(`${name}.age`, await encryptWithPassphrase(bytes, passphrase, ports.randomBytes))
}

function textOf(entries: readonly TarEntry[]): TarEntry {
  return { name: 'sessions.txt', bytes: Uint8Array.from(Buffer.concat(entries.map(({ bytes }) => bytes))) }
}

function archiveOf({ clock }: Ports, entries: readonly TarEntry[]): TarEntry {
  return { name: 'sessions.tar', bytes: tarOf(entries, Math.floor(clock.now() / 1000)) }
}

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './programs.ts'

interface Strings {
  valid: { string: string; auth_key_id_hex: string; input: { dc_id: number; server_address: string } }[]
}

const telethon = JSON.parse(readFileSync(join(projectRoot, 'fixtures/telethon/strings.json'), 'utf8')) as Strings

interface PyrogramEntry {
  id: string
  string?: string
  session?: { auth_key_id_hex: string; user_id: string }
}

const pyrogram = JSON.parse(readFileSync(join(projectRoot, 'fixtures/pyrogram/manifest.json'), 'utf8')) as {
  entries: PyrogramEntry[]
}

/** String sessions that Telethon made. */
export const telethonStrings = telethon.valid

/** A string session that Pyrogram made. @throws Error for an unknown id */
export function pyrogramString(id: string): { string: string; keyId: string; userId: string } {
  const entry = pyrogram.entries.find((one) => one.id === id)
  if (entry?.string === undefined || entry.session === undefined) throw new Error(`no string ${id}`)
  return { string: entry.string, keyId: entry.session.auth_key_id_hex, userId: entry.session.user_id }
}

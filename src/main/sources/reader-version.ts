import { createHash } from 'node:crypto'
import { formats } from '../formats/registry.ts'
import type { SettingsStore } from './settings.ts'

const SETTING = 'reader-version'
/** Grows when a format, or what the list knows of a session, learns something without a new variant. */
const READER_VERSION = 2

/**
 * What reads sessions in this release: where it is not what read them last, files that were none or could not be read may
 * be sessions now, and others may tell more. `forget` makes the next scan read every file again.
 */
export function forgetWhenReadersChanged(settings: SettingsStore, forget: () => void): void {
  const known = formats.map(({ id, variants }) => `${id} ${variants.map((variant) => variant.id).join(' ')}`)
  const hash = createHash('sha256')
  for (const line of [String(READER_VERSION), ...known.toSorted()]) hash.update(`${line}\n`)
  const current = hash.digest('hex').slice(0, 16)
  if (settings.get(SETTING) === current) return
  forget()
  settings.set(SETTING, current)
}

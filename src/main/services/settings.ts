import { type Settings, settingsSchema } from '../../shared/contract/app.ts'
import type { Library } from '../sources/interfaces.ts'

const DEFAULTS: Settings = { theme: 'system', maskPhones: true, hiddenColumns: [], welcomed: false }
const NAME = 'window'

/** What was kept, with defaults for what is missing or cannot be understood (an older or newer release wrote it). */
export function readSettings(settings: Library['settings']): Settings {
  const kept = settingsSchema.partial().safeParse(settings.get(NAME) ?? {})
  return { ...DEFAULTS, ...definedOnly(kept.success ? kept.data : {}) }
}

export function changeSettings(settings: Library['settings'], change: Change): Settings {
  const changed = { ...readSettings(settings), ...definedOnly(change) }
  settings.set(NAME, changed)
  return changed
}

type Change = { [K in keyof Settings]?: Settings[K] | undefined }

function definedOnly(change: Change): Partial<Settings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)) as Partial<Settings>
}

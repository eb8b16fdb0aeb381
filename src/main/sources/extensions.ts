import { z } from 'zod'
import { customFormats, setCustomFormats } from '../formats/custom-formats.ts'
import type { Log } from '../ports.ts'
import { customBackends, setCustomBackends } from './custom-backends.ts'
import { createCustomModules, type CustomModule, type CustomModules } from './custom-modules.ts'
import type { SettingsStore } from './settings.ts'

/** What the folder of one's own modules holds, and what is on of it. */
export interface Extensions {
  /** Reads the folder anew and uses what is on. */
  list(): Promise<ExtensionList>
  /** Null forgets it. Whatever was on goes off. @throws AppError source.not-found */
  setFolder(folder: string | null): Promise<ExtensionList>
  /** @throws AppError source.not-found, source.changed when the file has another hash by now */
  enable(path: string, sha256: string): Promise<ExtensionList>
  disable(path: string): Promise<ExtensionList>
}

export interface ExtensionList {
  readonly folder: string | null
  readonly modules: readonly CustomModule[]
  /** The folder cannot be read. */
  readonly isMissing: boolean
}

interface ExtensionsOptions {
  readonly settings: SettingsStore
  readonly log: Log
  /** A module that was on went off by itself. */
  onTurnedOff(path: string): void
  /**
   * Other formats or backends are known than before: stores are to be looked at again. `kinds` are those of backends that
   * came, went or are others now.
   */
  onChange(kinds: ReadonlySet<string>): void
}

const NAME = 'extensions'
const NONE = { folder: '', agreed: {} }
const kept = z.object({ folder: z.string(), agreed: z.record(z.string(), z.string()) })

/** Loads what was on at the last run. Never fails because of a module. */
export async function openExtensions(options: ExtensionsOptions): Promise<Extensions> {
  const { settings, log, onTurnedOff, onChange } = options
  const load = () => kept.safeParse(settings.get(NAME)).data ?? NONE
  const modules: CustomModules = createCustomModules({
    load,
    save: (next) => settings.set(NAME, next),
    onTurnedOff,
  })
  let turn: Promise<unknown> = Promise.resolve()

  async function refresh(): Promise<ExtensionList> {
    const folder = load().folder || null
    let isMissing = false
    const found = await modules.list().catch(() => {
      isMissing = true
      return []
    })
    const formats = found.flatMap(({ format }) => format ?? [])
    const backends = found.flatMap(({ backend }) => backend ?? [])
    const before = customFormats()
    const known = customBackends()
    const others = [...known, ...backends].filter((one) => !known.includes(one) || !backends.includes(one))
    setCustomFormats(formats)
    setCustomBackends(backends)
    if (others.length > 0 || formats.length !== before.length || formats.some((one, index) => one !== before[index])) {
      onChange(new Set(others.map(({ kind }) => kind)))
    }
    return { folder, modules: found, isMissing }
  }

  /** One after the other: what is listed is what is used. */
  function inTurn(work: () => void | Promise<void>): Promise<ExtensionList> {
    const mine = turn.then(async () => {
      await work()
      return refresh()
    })
    turn = mine.catch(() => undefined)
    return mine
  }

  const { folder, isMissing, modules: found } = await inTurn(() => undefined)
  if (isMissing) log.warn('the folder of modules could not be read', { file: folder })
  for (const { path, problem } of found) if (problem !== null) log.warn('a module is not used', { file: path, problem })

  return {
    list: () => inTurn(() => undefined),
    setFolder: (path) => inTurn(() => modules.setFolder(path ?? '')),
    enable: (path, sha256) => inTurn(() => modules.enable(path, sha256)),
    disable: (path) => inTurn(() => modules.disable(path)),
  }
}

import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, isAppError } from '../domain/errors.ts'
import type { CustomFormat } from '../formats/custom-formats.ts'
import type { CustomBackend } from './custom-backends.ts'
import { checkedModule } from './custom-check.ts'
import { customKit } from './custom-kit.ts'

/** A file of the folder that the person named. Nothing of it runs unless `isEnabled`. */
export interface CustomModule {
  readonly path: string
  /** Of its bytes, 64 hexadecimal digits; '' when it cannot be read. */
  readonly sha256: string
  readonly isEnabled: boolean
  /** Why it is not used although it is on, or was; a phrase that holds nothing of what the module said. */
  readonly problem: string | null
  /** Once it was loaded, the one that it adds is present. */
  readonly format: CustomFormat | null
  readonly backend: CustomBackend | null
}

/** What is kept from one start to the next. */
export interface CustomModuleSettings {
  /** '' for none. */
  readonly folder: string
  /** Hashes that were agreed to, by path; '' for a module that was on and is another file since. */
  readonly agreed: Readonly<Record<string, string>>
}

export interface CustomModulesOptions {
  load(): CustomModuleSettings
  save(settings: CustomModuleSettings): void
  /** It was on, and its bytes are others than those that were agreed to. */
  onTurnedOff(path: string): void
}

export interface CustomModules {
  /** Reads the folder anew; loads what is on and was not loaded yet. @throws AppError source.not-found */
  list(): Promise<readonly CustomModule[]>
  /** What lies in it stays off until it is enabled. An absolute path; '' forgets the folder. @throws AppError source.not-found */
  setFolder(folder: string): Promise<void>
  /**
   * The person was shown this very hash and the warning that the module sees keys, and agreed.
   * @throws AppError source.not-found, source.changed when the file is another by now
   */
  enable(path: string, sha256: string): Promise<void>
  /** It is not used from now on; what it has in memory goes with the next start. */
  disable(path: string): void
}

const MAX_BYTE_LENGTH = 4 * 1024 * 1024
const LOAD_TIMEOUT_MS = 5000

type Loaded = Pick<CustomModule, 'format' | 'backend' | 'problem'>

const NOTHING = { format: null, backend: null } as const

/** Formats and backends of the person's own, from a folder that the person named and no other. */
export function createCustomModules({ load, save, onTurnedOff }: CustomModulesOptions): CustomModules {
  const loaded = new Map<string, Promise<Loaded>>()

  async function moduleAt(path: string): Promise<CustomModule> {
    const off = { path, isEnabled: false, ...NOTHING }
    let bytes: Uint8Array
    try {
      if ((await stat(path)).size > MAX_BYTE_LENGTH) return { ...off, sha256: '', problem: 'it is too large' }
      bytes = await readFile(path)
    } catch {
      return { ...off, sha256: '', problem: 'it cannot be read' }
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const agreed = load().agreed[path]
    if (agreed === undefined) return { ...off, sha256, problem: null }
    if (agreed !== sha256) {
      if (agreed !== '') {
        agree(path, '')
        onTurnedOff(path)
      }
      return { ...off, sha256, problem: 'it is not the file that you enabled: it was changed since' }
    }
    const known = `${path} ${sha256}`
    const state = loaded.get(known) ?? loadModule(bytes, basename(path))
    loaded.set(known, state)
    return { path, sha256, isEnabled: true, ...(await state) }
  }

  function agree(path: string, sha256: string): void {
    const { folder, agreed } = load()
    save({ folder, agreed: { ...agreed, [path]: sha256 } })
  }

  async function filesOf(folder: string): Promise<readonly string[]> {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => {
      throw new AppError('source.not-found', { file: folder })
    })
    const files = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.mjs'))
    return files.map(({ name }) => join(folder, name)).toSorted()
  }

  return {
    async list() {
      const { folder } = load()
      if (folder === '') return []
      const modules: CustomModule[] = []
      const ids = new Set<string>()
      // One after the other: settings are written on the way.
      for (const path of await filesOf(folder)) {
        const module = await moduleAt(path)
        const id = module.format?.id ?? module.backend?.kind ?? null
        const isTaken = id !== null && ids.has(id)
        if (id !== null) ids.add(id)
        modules.push(isTaken ? { ...module, ...NOTHING, problem: 'another module has the same id' } : module)
      }
      return modules
    },
    async setFolder(folder) {
      if (folder === load().folder) return
      if (folder !== '') await filesOf(folder)
      save({ folder, agreed: {} })
    },
    async enable(path, sha256) {
      const { folder } = load()
      const paths = folder === '' ? [] : await filesOf(folder)
      // What is not listed is not repeated: it may be anything.
      if (!paths.includes(path)) throw new AppError('source.not-found', {})
      const bytes = await readFile(path).catch(() => {
        throw new AppError('source.denied', { file: path, action: 'read' })
      })
      const now = createHash('sha256').update(bytes).digest('hex')
      if (now !== sha256) throw new AppError('source.changed', { file: path })
      agree(path, sha256)
    },
    disable(path) {
      const { folder, agreed } = load()
      save({ folder, agreed: Object.fromEntries(Object.entries(agreed).filter(([known]) => known !== path)) })
    },
  }
}

/** Runs the very bytes whose hash was agreed to, not whatever the file holds a moment later. Never throws. */
async function loadModule(bytes: Uint8Array, name: string): Promise<Loaded> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('late')), LOAD_TIMEOUT_MS)
  try {
    const url = `data:text/javascript;base64,${Buffer.from(bytes).toString('base64')}`
    const found = (await Promise.race([import(/* @vite-ignore */ url), late.promise])) as Record<string, unknown>
    return { ...checkedModule(found, customKit, name), problem: null }
  } catch (error) {
    if (isAppError(error, 'request.invalid')) return { ...NOTHING, problem: error.details.reason }
    return { ...NOTHING, problem: 'it failed while it was loaded' }
  } finally {
    clearTimeout(timer)
  }
}

import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { StoreBackend } from '../backends/store.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { AnyFormat } from '../formats/format.ts'
import { customKit, type CustomKit } from './custom-kit.ts'
import { checkedParts } from './custom-check.ts'

/** What a module adds. */
export type CustomParts =
  | { readonly kind: 'format'; readonly format: AnyFormat }
  | { readonly kind: 'backend'; readonly backend: StoreBackend }

/** A file of the folder that the person named. Nothing of it runs unless `isEnabled`. */
export interface CustomModule {
  readonly path: string
  /** Of its bytes, 64 hexadecimal digits. */
  readonly sha256: string
  readonly isEnabled: boolean
  /** Was on, and turned itself off as its bytes are others than those that were agreed to. */
  readonly hasChanged: boolean
  /** Why it could not be used although it is on; a phrase that holds nothing of what the module said. */
  readonly problem: string | null
  /** Present once it was loaded. */
  readonly parts: CustomParts | null
}

/** What is kept from one start to the next. */
export interface CustomModuleSettings {
  /** '' for none. */
  readonly folder: string
  /** Hashes that were agreed to, by path. */
  readonly agreed: Readonly<Record<string, string>>
}

export interface CustomModulesOptions {
  load(): CustomModuleSettings
  save(settings: CustomModuleSettings): void
}

export interface CustomModules {
  /** Reads the folder anew; loads what is on and was not loaded yet. */
  list(): Promise<readonly CustomModule[]>
  /** What is named stays off until it is enabled. '' forgets the folder. */
  setFolder(folder: string): void
  /**
   * The person was shown this very hash and the warning that the module sees keys, and agreed.
   * @throws AppError source.not-found, source.changed when the file is another by now
   */
  enable(path: string, sha256: string): Promise<CustomModule>
  /** It is not used from now on; what it has in memory goes with the next start. */
  disable(path: string): void
}

const MAX_BYTE_LENGTH = 4 * 1024 * 1024

/** Formats and backends of the person's own, from a folder that the person named and no other. */
export function createCustomModules({ load, save }: CustomModulesOptions): CustomModules {
  const loaded = new Map<string, { readonly parts: CustomParts | null; readonly problem: string | null }>()

  async function moduleAt(path: string): Promise<CustomModule> {
    const bytes = await readFile(path)
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const agreed = load().agreed[path]
    const isEnabled = agreed === sha256
    const state = isEnabled ? await partsOf(path, sha256, bytes) : { parts: null, problem: null }
    return { path, sha256, isEnabled, hasChanged: agreed !== undefined && !isEnabled, ...state }
  }

  async function partsOf(
    path: string,
    sha256: string,
    bytes: Uint8Array,
  ): Promise<{ readonly parts: CustomParts | null; readonly problem: string | null }> {
    const known = loaded.get(`${path} ${sha256}`)
    if (known) return known
    const state = await loadModule(bytes, customKit)
    loaded.set(`${path} ${sha256}`, state)
    return state
  }

  return {
    async list() {
      const { folder } = load()
      if (folder === '') return []
      const names = await readdir(folder, { withFileTypes: true }).catch(() => {
        throw new AppError('source.not-found', { file: folder })
      })
      const files = names.filter((entry) => entry.isFile() && entry.name.endsWith('.mjs'))
      const paths = files.map(({ name }) => join(folder, name)).toSorted()
      return Promise.all(paths.map(moduleAt))
    },
    setFolder(folder) {
      save({ folder: folder === '' ? '' : resolve(folder), agreed: {} })
    },
    async enable(path, sha256) {
      const listed = (await this.list()).find((one) => one.path === path)
      if (!listed) throw new AppError('source.not-found', { file: path })
      if (listed.sha256 !== sha256) throw new AppError('source.changed', { file: path })
      const settings = load()
      save({ ...settings, agreed: { ...settings.agreed, [path]: sha256 } })
      return moduleAt(path)
    },
    disable(path) {
      const { folder, agreed } = load()
      save({ folder, agreed: Object.fromEntries(Object.entries(agreed).filter(([known]) => known !== path)) })
    },
  }
}

/** Runs the very bytes whose hash was agreed to, not whatever the file holds a moment later. Never throws. */
async function loadModule(
  bytes: Uint8Array,
  kit: CustomKit,
): Promise<{ readonly parts: CustomParts | null; readonly problem: string | null }> {
  if (bytes.byteLength > MAX_BYTE_LENGTH) return { parts: null, problem: 'the file is too large for a module' }
  try {
    const url = `data:text/javascript;base64,${Buffer.from(bytes).toString('base64')}`
    const found = (await import(/* @vite-ignore */ url)) as Record<string, unknown>
    return { parts: checkedParts(found, kit), problem: null }
  } catch (error) {
    if (isAppError(error, 'request.invalid')) return { parts: null, problem: error.details.reason }
    return { parts: null, problem: 'it failed while it was loaded' }
  }
}

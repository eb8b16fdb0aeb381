import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import { formats } from '../formats/registry.ts'
import type { ScannedFile, Scanner } from '../sources/scan-types.ts'
import { kindOfPath } from '../sources/user-files.ts'
import type { CliIo } from './io.ts'
import { planConversion, encodeTarget } from './conversion.ts'
import { openLocked } from './open-locked.ts'
import { detectString, readStrings } from './strings.ts'
import { removeOnExit, tidyUpOnExit } from './tidy-up.ts'
import type { FoundFile, Tools } from './tools.ts'

/**
 * The tools over formats and sources, without a library: no data folder, no catalog, no audit log. Worker threads and
 * the private scratch folder are made when something needs them; looking at one file does not.
 */
export async function openTools(io: Pick<CliIo, 'code' | 'env' | 'askHidden' | 'err'>): Promise<Tools> {
  tidyUpOnExit()
  let opened: ReturnType<typeof openScanner> | null = null
  const scannerAndScratch = () => (opened ??= openScanner(io.code))
  const scanner = async (): Promise<Scanner> => (await scannerAndScratch()).scanner
  return {
    formats,
    find: async (path) => {
      const found =
        (await kindOfPath(path)) === 'folder' ? await scanFolder(await scanner(), path) : [await probeOne(path)]
      return openLocked(io, found, async (key, passcode) => unlock(await scanner(), path, key, passcode))
    },
    listStore: async ({ location, password }) => {
      const { listStoreOnce } = await import('../sources/store-once.ts')
      return listStoreOnce(location, password, new AbortController().signal)
    },
    readStrings,
    detect: detectString,
    peers: async (path, key, query) => (await scanner()).store(path).peers(key, query),
    open: async (path, key, given) => {
      const found = await scanner()
      if (given?.passcode) {
        const { locatePlace } = await import('../sources/read-place.ts')
        await found.unlock(path, locatePlace(path, key).fileKey, given.passcode)
      }
      return found.store(path).open(key)
    },
    plan: planConversion,
    encode: encodeTarget,
    examine: async (path, key) => {
      const [{ examineSession }, tools] = await Promise.all([import('../sources/examine.ts'), scannerAndScratch()])
      return examineSession(tools.scanner.store(path), key, { ...tools, nowSeconds: Math.floor(Date.now() / 1000) })
    },
    inUseBy: async (path) => (await scanner()).inUseBy(path),
    close: async () => {
      const ended = await opened?.catch(() => null)
      await ended?.scanner.close()
      ended?.remove()
    },
  }
}

async function openScanner(code: string): Promise<{ scanner: Scanner; scratch: string; remove: () => void }> {
  const [{ createScanner }, { createPool }] = await Promise.all([
    import('../sources/scanner.ts'),
    import('../sources/pool.ts'),
  ])
  const scratch = mkdtempSync(join(tmpdir(), 'session-deck-'))
  const forget = removeOnExit(scratch)
  const trash = (): never => {
    throw new AppError('request.unsupported', { reason: 'the command line deletes nothing' })
  }
  const remove = (): void => {
    rmSync(scratch, { recursive: true, force: true, maxRetries: 3 })
    forget()
  }
  return { scanner: createScanner({ pool: createPool(code), scratch, trash }), scratch, remove }
}

async function scanFolder(scanner: Scanner, root: string): Promise<readonly FoundFile[]> {
  const files: ScannedFile[] = []
  await scanner.scan(root, {
    known: new Map(),
    signal: new AbortController().signal,
    onFiles: (found) => void files.push(...found),
    onUnchanged: () => {},
    onProgress: () => {},
  })
  return files
    .filter(({ summaries }) => summaries.length > 0)
    .map(({ facts, summaries }) => ({ path: facts.path, facts, summaries }))
}

/** Keeps the passcode for all that is read later. @throws AppError passcode.wrong */
async function unlock(scanner: Scanner, root: string, key: string, passcode: Secret): Promise<FoundFile | null> {
  await scanner.unlock(root, key, passcode)
  const [file] = await scanner.rescan(root, [key])
  return file ? { path: file.facts.path, facts: file.facts, summaries: file.summaries } : null
}

/** One file, read in this thread: a worker would take longer to start than the file to read. */
async function probeOne(path: string): Promise<FoundFile> {
  const [{ probeNamed }, { fingerprint }] = await Promise.all([
    import('../sources/probe.ts'),
    import('../backends/file-facts.ts'),
  ])
  const { facts } = fingerprint(path)
  const target = { path, key: basename(path), sizeBytes: facts.sizeBytes, hasCompanions: true }
  return { path, facts, summaries: await probeNamed(target) }
}

import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { open, readdir, readFile, readlink, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A process that holds a file open; no pid where the system tells only that somebody does. */
export interface Holder {
  readonly name: string
  readonly pid: number | null
}

/** One look at the system serves every question asked within this. */
const KEPT_MS = 2_000

let lastLook: { readonly atMs: number; readonly holders: Promise<ReadonlyMap<string, readonly Holder[]>> } | null = null

/**
 * Processes that hold a file (or its `-wal`, `-journal`, `-shm`) or anything in a folder open, this one left out. As far as
 * the system tells:
 * Linux shows processes of the same user, macOS answers through `lsof`, Windows only that a file is opened without
 * sharing. Never throws.
 */
export async function holdersOf(path: string): Promise<readonly Holder[]> {
  try {
    const real = await realpath(path)
    const isFolder = (await stat(real)).isDirectory()
    if (process.platform === 'linux') {
      const all = await lookOnLinux()
      return isFolder ? holdersBelow(all, real) : holdersAmong(all, real)
    }
    const told =
      process.platform === 'darwin' ? await askLsof(real, isFolder) : isFolder ? [] : await probeSharing(real)
    return told.length === 0 && isFolder ? markedRunning(real) : told
  } catch {
    // Not being told is an answer, too.
  }
  return []
}

/**
 * Files at or below a folder (or the one file) that some process holds open, in one look: a companion counts for its
 * main file. Empty where the system does not tell cheaply. Never throws.
 */
export async function pathsOpenBelow(root: string): Promise<ReadonlySet<string>> {
  const open = new Set<string>()
  try {
    if (process.platform !== 'linux') return open
    const real = await realpath(root)
    for (const path of (await lookOnLinux()).keys()) {
      if (path !== real && !path.startsWith(`${real}/`) && !path.startsWith(`${real}-`)) continue
      // As the source names it: its own path may lead through a link.
      open.add(root + path.slice(real.length).replace(/-(?:wal|journal|shm)$/, ''))
    }
  } catch {
    // Not being told is an answer, too.
  }
  return open
}

function holdersAmong(all: ReadonlyMap<string, readonly Holder[]>, path: string): readonly Holder[] {
  const found = ['', '-wal', '-journal', '-shm'].flatMap((suffix) => all.get(path + suffix) ?? [])
  return [...new Map(found.map((holder) => [holder.pid, holder])).values()]
}

function holdersBelow(all: ReadonlyMap<string, readonly Holder[]>, folder: string): readonly Holder[] {
  const found = [...all].flatMap(([path, holders]) => (path.startsWith(`${folder}/`) ? holders : []))
  return [...new Map(found.map((holder) => [holder.pid, holder])).values()]
}

/** Where nothing tells of open files: Telegram Desktop leaves this file in its folder while it runs, or when it crashed. */
function markedRunning(folder: string): readonly Holder[] {
  return existsSync(join(folder, 'working')) ? [{ name: 'Telegram Desktop', pid: null }] : []
}

function lookOnLinux(): Promise<ReadonlyMap<string, readonly Holder[]>> {
  const now = Date.now()
  if (!lastLook || now - lastLook.atMs > KEPT_MS) lastLook = { atMs: now, holders: readProc() }
  return lastLook.holders
}

/** Every open file of every process we may look at, by path. */
async function readProc(): Promise<ReadonlyMap<string, readonly Holder[]>> {
  const holders = new Map<string, Holder[]>()
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  await Promise.all(
    pids.map(async (pid) => {
      try {
        const links = await readdir(`/proc/${pid}/fd`)
        const targets = await Promise.all(links.map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')))
        const files = new Set(targets.filter((target) => target.startsWith('/') && !target.startsWith('/dev/')))
        if (files.size === 0) return
        const name = (await readFile(`/proc/${pid}/comm`, 'utf8')).trim()
        for (const file of files) {
          const known = holders.get(file)
          if (known) known.push({ name, pid: Number(pid) })
          else holders.set(file, [{ name, pid: Number(pid) }])
        }
      } catch {
        // Gone meanwhile, or another user's.
      }
    }),
  )
  return holders
}

/** `lsof -F pc`: a line `p<pid>`, then a line `c<command>`. */
async function askLsof(path: string, isFolder: boolean): Promise<readonly Holder[]> {
  const output = await new Promise<string>((resolve) => {
    execFile(
      '/usr/sbin/lsof',
      ['-F', 'pc', ...(isFolder ? ['+D', path] : ['--', path])],
      { timeout: 5_000 },
      (_error, stdout) => resolve(stdout),
    )
  })
  const holders: Holder[] = []
  let pid: number | null = null
  for (const line of output.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    if (line.startsWith('c') && pid !== null && pid !== process.pid) holders.push({ name: line.slice(1), pid })
  }
  return holders
}

/** Python and SQLite share their files on Windows, so that nothing can be told of them; others answer "busy". */
async function probeSharing(path: string): Promise<readonly Holder[]> {
  try {
    const file = await open(path, 'r')
    await file.close()
    return []
  } catch (error) {
    const isBusy = error instanceof Error && 'code' in error && error.code === 'EBUSY'
    return isBusy ? [{ name: 'another program', pid: null }] : []
  }
}

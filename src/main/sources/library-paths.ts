import { constants } from 'node:fs'
import { access, realpath, stat } from 'node:fs/promises'
import { isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AppError } from '../domain/errors.ts'

export interface Place {
  readonly path: string
  readonly kind: 'folder' | 'file'
}

/**
 * What a typed path means: `~` is home, the rest has to be absolute.
 * @throws AppError request.invalid, source.not-found, source.denied
 */
export async function placeOf(text: string, home: string): Promise<Place> {
  const path = expand(text.trim(), home)
  const kind = await checkRoot(path)
  return { path, kind }
}

/** @throws AppError source.not-found, source.denied, request.unsupported when it is neither folder nor file */
export async function checkRoot(path: string): Promise<Place['kind']> {
  try {
    const facts = await stat(path)
    if (facts.isDirectory()) {
      await access(path, constants.R_OK | constants.X_OK)
      return 'folder'
    }
    if (facts.isFile()) return 'file'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('source.denied', { file: path, action: 'read' }, { cause: error })
    }
    throw new AppError('source.not-found', { file: path }, { cause: error })
  }
  throw new AppError('request.unsupported', { reason: 'only folders and files can be added' })
}

/**
 * Two sources that overlap would show one file twice and call it a duplicate.
 * @throws AppError source.exists with the path that is there already
 */
export async function assertApart(path: string, others: readonly string[]): Promise<void> {
  const real = await realOf(path)
  for (const other of others) {
    const theirs = await realOf(other)
    const overlap =
      real === theirs ? 'same' : isWithin(real, theirs) ? 'inside' : isWithin(theirs, real) ? 'around' : null
    if (overlap) throw new AppError('source.exists', { file: other, overlap })
  }
}

/** True when `path` is `folder` or lies below it. */
function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
}

/** Path below a root with `/`, as file keys are. */
export function keyBelow(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}

function expand(text: string, home: string): string {
  if (text === '~') return home
  if (/^~[\\/]/.test(text)) return resolve(join(home, text.slice(2)))
  if (!isAbsolute(text) || text.includes('\0')) {
    throw new AppError('request.invalid', { field: 'path', reason: 'the path has to be absolute, or start with ~' })
  }
  return resolve(text)
}

function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

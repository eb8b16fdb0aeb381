import type { Source } from '../../../shared/contract/sources.ts'

/** What is wrong with a typed path, as a sentence; null while nothing is, and for an empty field. */
export function pathProblem(
  typed: string,
  sources: readonly Pick<Source, 'name' | 'path' | 'location'>[],
): string | null {
  const path = typed.trim()
  if (path === '') return null
  if (/^file:/i.test(path)) return 'Write the path itself, without file://.'
  if (/^["'].*["']$/.test(path)) return 'Leave the quotes out.'
  if (!isWhole(path)) return 'Write the whole path: it starts with / or ~, on Windows with a drive.'
  const same = sources.find(
    (source) => withoutEnd(source.path) === withoutEnd(path) || source.location === withoutEnd(path),
  )
  return same === undefined ? null : `This is a source already: ${same.name}.`
}

function isWhole(path: string): boolean {
  return (
    path.startsWith('/') ||
    path === '~' ||
    /^~[/\\]/.test(path) ||
    /^[a-z]:[/\\]/i.test(path) ||
    path.startsWith('\\\\')
  )
}

function withoutEnd(path: string | null): string | null {
  return path === null || path.length === 1 ? path : path.replace(/[/\\]+$/, '')
}

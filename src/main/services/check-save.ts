import { AppError } from '../domain/errors.ts'
import { isBuiltIn, MEMORY_ID } from '../sources/interfaces.ts'
import type { Core } from './core.ts'
import { assertFitsStore, fileTarget } from './formats-lookup.ts'
import { ensureSealing } from './protected.ts'
import type { SaveInput } from './save-export.ts'

/**
 * What can be refused before anything is written.
 * @throws AppError request.invalid, request.confirmation, protection.required, source.not-found, source.read-only,
 *   format.not-writable
 */
export async function checkSave(
  { library, ports }: Core,
  { destination, refs, target }: SaveInput,
  protection: 'age' | 'plain' | 'source',
): Promise<void> {
  if (destination.kind === 'file' && refs.length > 1) {
    throw new AppError('request.invalid', { field: 'destination', reason: 'several sessions need a folder' })
  }
  if (destination.kind === 'download' && !ports.transfers) {
    throw new AppError('request.unsupported', { reason: 'this window saves files itself' })
  }
  if (destination.kind !== 'source') {
    fileTarget(target)
    if (protection === 'source') throw new AppError('request.confirmation', {})
    return
  }
  const source = library.sources().find(({ id }) => id === destination.sourceId)
  if (!source) throw new AppError('source.not-found', {})
  if (isBuiltIn(source)) {
    if (source.id !== MEMORY_ID) await ensureSealing(library.protection)
    return
  }
  if (source.store) assertFitsStore(target.format, source.store.location.kind)
  else fileTarget(target)
  if (source.store?.readOnly) throw new AppError('source.read-only', { file: source.name, guarded: true })
  if (source.kind === 'file') throw new AppError('source.read-only', { file: source.path ?? source.name })
  if (protection === 'source') throw new AppError('request.confirmation', {})
  if (protection === 'age') {
    throw new AppError('request.invalid', { field: 'protection', reason: 'sessions of a source cannot be encrypted' })
  }
}

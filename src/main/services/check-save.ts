import { AppError } from '../domain/errors.ts'
import { MEMORY_ID } from '../sources/interfaces.ts'
import type { Core } from './core.ts'
import { ensureSealing } from './protected.ts'
import type { SaveInput } from './save-export.ts'

/**
 * What can be refused before anything is written.
 * @throws AppError request.invalid, request.confirmation, protection.required, source.not-found, source.read-only
 */
export async function checkSave(
  { library, ports }: Core,
  { destination, refs }: SaveInput,
  protection: 'age' | 'plain' | 'source',
): Promise<void> {
  if (destination.kind === 'file' && refs.length > 1) {
    throw new AppError('request.invalid', { field: 'destination', reason: 'several sessions need a folder' })
  }
  if (destination.kind === 'download' && !ports.transfers) {
    throw new AppError('request.unsupported', { reason: 'this window saves files itself' })
  }
  if (destination.kind !== 'source') {
    if (protection === 'source') throw new AppError('request.confirmation', {})
    return
  }
  const source = library.sources().find(({ id }) => id === destination.sourceId)
  if (!source) throw new AppError('source.not-found', {})
  if (source.path === null) {
    if (source.id !== MEMORY_ID) await ensureSealing(library.protection)
    return
  }
  if (source.kind === 'file') throw new AppError('source.read-only', { file: source.path })
  if (protection === 'source') throw new AppError('request.confirmation', {})
  if (protection === 'age') {
    throw new AppError('request.invalid', { field: 'protection', reason: 'files of a source cannot be encrypted' })
  }
}

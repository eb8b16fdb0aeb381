import { AppError } from '../../domain/errors.ts'
import { homeOf, type Session } from '../../domain/session.ts'
import type { EncodeOptions } from '../format.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { endpointFor } from './place.ts'
import { fileNameOf } from './store-names.ts'
import { rowFromPeer } from './store-peers.ts'
import { ID } from './store-read.ts'

/** node-localstorage refuses every further write past this sum of file lengths. */
const QUOTA_BYTES = 5 * 1024 * 1024
/** Room that a client needs to go on: new peers, a longer address. */
const SPARE_BYTES = 64 * 1024
const MAX_FILE_NAME_BYTES = 255

/** The files of a folder as GramJS 2 writes them. */
export async function encodeStore(
  session: Session,
  options: EncodeOptions & { readonly name: string },
): Promise<ReadonlyMap<string, Uint8Array>> {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, ID)
  const { address, port } = endpointFor(session, dc, ID)
  const prefix = options.name + (options.options.get('divider') ?? ':')
  refuseName(options.name, prefix)

  const files = new Map<string, Uint8Array>()
  let byteLength = 0
  const put = (suffix: string, content: string): void => {
    const bytes = new TextEncoder().encode(content)
    byteLength += bytes.byteLength
    files.set(fileNameOf(prefix + suffix), bytes)
  }
  put('dcId', JSON.stringify(dc.id))
  put('port', JSON.stringify(port))
  put('serverAddress', JSON.stringify(address))
  put('authKey', JSON.stringify({ type: 'Buffer', data: [...authKey.open()] }))
  if (flagOf(options, 'without-peers')) return files
  for await (const peers of session.peers.batches()) {
    for (const peer of peers) {
      const entry = rowFromPeer(peer)
      if (entry !== null) put(entry.id, JSON.stringify(entry.row))
    }
    if (byteLength > QUOTA_BYTES - SPARE_BYTES) {
      throw new AppError('format.not-writable', {
        format: ID,
        reason: 'its peers take more than the 5 MiB that GramJS allows a folder; choose to leave the peers out',
      })
    }
  }
  return files
}

function refuseName(name: string, prefix: string): void {
  if (name === 'session' || name === '') {
    throw new AppError('format.not-writable', {
      format: ID,
      reason: 'GramJS refuses a folder of that name; choose another one',
    })
  }
  // The longest suffix is that of a channel.
  if (fileNameOf(prefix).length + 21 > MAX_FILE_NAME_BYTES) {
    throw new AppError('format.not-writable', {
      format: ID,
      reason: 'the name is too long: every file of the folder begins with it; choose a shorter one',
    })
  }
}

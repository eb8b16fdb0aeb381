import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import { homeOf, type Session } from '../../domain/session.ts'
import type { SessionFacts } from '../facts.ts'
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
  let dropped = 0
  for await (const peers of session.peers.batches()) {
    for (const peer of peers) {
      const entry = rowFromPeer(peer)
      if (entry === null) dropped += 1
      else put(entry.id, JSON.stringify(entry.row))
    }
    if (byteLength > QUOTA_BYTES - SPARE_BYTES) {
      throw new AppError('format.not-writable', {
        format: ID,
        reason: 'its peers take more than the 5 MiB that GramJS allows a folder; choose to leave the peers out',
      })
    }
  }
  if (dropped > 0) {
    options.onDropped?.('peers', dropped, 'GramJS keeps none without an access hash')
  }
  return files
}

/** A row of usual length, with its id and access hash, a name and a username. */
const ROW_BYTES = 100

/** Told before writing, for nothing is written when it turns out to be too much. */
export function quotaProblems(facts: Pick<SessionFacts, 'peers'>): readonly Problem[] {
  if ((facts.peers ?? 0) * ROW_BYTES < QUOTA_BYTES) return []
  return [
    {
      code: 'gramjs.quota',
      message:
        'GramJS allows a folder 5 MiB in all, which is about 50,000 peers. Choose to leave the peers out if it is refused: GramJS finds them again as it meets them.',
    },
  ]
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

import { authKeyFrom } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { emptySession } from '../../domain/session.ts'
import type { FolderReader, StoredSession } from '../format.ts'
import { placeOf, unsignedPort } from './place.ts'
import { nameOf, type Part, PARTS, type StoreGroup } from './store-names.ts'
import { parsed, readRow, storePeers } from './store-peers.ts'

export const ID = 'gramjs.store'

/** One session of a folder. Four small files are read; peers stay where they are until somebody asks. */
export async function readStore(folder: FolderReader, group: StoreGroup): Promise<StoredSession> {
  const problems: Problem[] = []
  const texts = await readParts(folder, group)
  const damaged = (part: Part, what: string): void => {
    problems.push({
      code: 'gramjs.damaged-file',
      message: `The file “${group.prefix}${part}” ${texts.has(part) ? `does not hold ${what}` : 'is missing'}, so GramJS cannot use this session as it is. What the other files say is shown; restore the folder from a backup.`,
    })
  }
  const dcId = parsed(texts.get('dcId') ?? '')
  if (!isInteger(dcId)) damaged('dcId', 'the number of a data centre')
  const address = parsed(texts.get('serverAddress') ?? '')
  if (typeof address !== 'string' || address === '') damaged('serverAddress', 'an address')
  const storedAddress = typeof address === 'string' && address !== '' ? address : null
  const authKey = keyFrom(texts.get('authKey'), problems)
  const place = placeOf(isInteger(dcId) ? dcId : 0, storedAddress, problems)
  return {
    key: group.prefix,
    name: nameOf(group.prefix, folder.name),
    decoded: {
      info: { formatId: ID, variant: '2', library: 'gramjs', formatVersion: null },
      problems,
      session: {
        ...emptySession(),
        test: place.test,
        dataCenters: [
          { id: place.id, address: storedAddress, port: portFrom(texts.get('port'), problems), authKey, home: true },
        ],
        peers: storePeers(folder, await peerFilesOf(folder, group)),
      },
    },
  }
}

/** The peer files that are the session's alone. */
export async function peerFilesOf(folder: FolderReader, group: StoreGroup): Promise<StoreGroup['peers']> {
  const own: StoreGroup['peers'][number][] = []
  for (const file of group.peers) {
    if (!file.isShared || (await readRow(folder, file)) !== null) own.push(file)
  }
  return own
}

async function readParts(folder: FolderReader, group: StoreGroup): Promise<ReadonlyMap<Part, string>> {
  const texts = new Map<Part, string>()
  for (const part of PARTS) {
    const file = group.parts.get(part)
    if (file !== undefined) texts.set(part, new TextDecoder().decode(await folder.read(file)))
  }
  return texts
}

/** The JSON of a Node buffer. The bare word `undefined` is what the library writes for no key. */
function keyFrom(text: string | undefined, problems: Problem[]): Secret | null {
  const value = parsed(text ?? '') as { type?: unknown; data?: unknown } | null | undefined
  const isNone = text === undefined || text.trim() === '' || text.trim() === 'undefined' || value === null
  const data = Array.isArray(value?.data) ? (value.data as readonly unknown[]) : null
  const isBytes = data?.every((byte) => isInteger(byte) && byte >= 0 && byte <= 255) === true
  const key = isNone ? null : isBytes ? authKeyFrom(Uint8Array.from(data as number[])) : 'damaged'
  if (key === 'damaged') {
    problems.push({
      code: 'session.damaged-key',
      message: `The file with the auth key ${isBytes ? `holds ${data?.length ?? 0} bytes instead of 256` : 'does not hold the bytes of one'} and is of no use. Restore the folder from a backup, or log in again.`,
    })
    return null
  }
  if (key === null) {
    problems.push({
      code: 'session.no-key',
      message:
        'The folder holds no key: a client made it but never logged in, or logged out. Nothing can be exported from it.',
    })
  }
  return key
}

function portFrom(text: string | undefined, problems: Problem[]): number | null {
  const stored = parsed(text ?? '')
  const port = isInteger(stored) ? unsignedPort(stored) : null
  if (port === null) {
    problems.push({
      code: 'gramjs.no-port',
      message: 'The folder does not tell the port of the data centre. The usual one is taken when it is exported.',
    })
  } else if (port !== stored) {
    problems.push({
      code: 'gramjs.negative-port',
      message: `The port is stored as ${String(stored)}, as GramJS makes it of ${port}. ${port} is taken; an export writes it.`,
    })
  }
  return port
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

import { collect, collectionOf, type Session } from '../../../src/main/domain/session.ts'
import { cleanText } from '../../../src/main/formats/clean-text.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, telethonManifest, telethonStrings } from './fixtures.ts'

/** Files that read, with something to say about them. */
const SUSPECT: ReadonlySet<string> = new Set([
  'schema1.session',
  'schema2.session',
  'fresh.session',
  'migrated-from-json.session',
  'json-no-key.session',
  'alchemy-orm.sqlite',
  'mautrix.sqlite',
  'v2-schema10-empty.session',
  'v2-schema10-migrated.session',
  'v2dev-schema8.session',
  'v2dev-schema8-migrated.session',
])

/** Strings that the library refuses or misreads and that can be put right. The others fit no format. */
export const READABLE_ODD: ReadonlySet<string> = new Set([
  'leading space',
  'no padding',
  'ipv4 with trailing newline',
  'standard base64 alphabet',
  'ipv6 with trailing newline',
  'ipv6 with a space inside',
])

/** Formats by what the manifest calls them. */
const FORMATS: Readonly<Record<string, string>> = {
  'telethon-v1-sqlite': 'telethon.sqlite',
  'telethon-v2-sqlite': 'telethon-v2.sqlite',
  'telethon-v2dev-sqlite': 'telethon-v2.sqlite',
  'telethon-sqlalchemy-sqlite': 'telethon.sqlalchemy',
  'mautrix-telethon-sqlite': 'telethon.mautrix',
  'telethon-json': 'telethon.json',
  'telethon-pickle': 'telethon.pickle',
}

/** Where the variant is not the number in the file. */
const VARIANTS: Readonly<Record<string, string>> = {
  'json-0.10.1.session': '0.10.1',
  'json-0.13.3.session': '0.13.3',
  'json-0.15.5.session': '0.15',
  'json-no-key.session': '0.15',
  'v2dev-schema8.session': '8-dev',
  'v2dev-schema8-migrated.session': '8-dev',
  'alchemy-orm.sqlite': '2',
  'alchemy-core-prefix.sqlite': '2',
  'alchemy-v1.sqlite': '1',
  'mautrix.sqlite': 'bridge',
  'pickle-0.4.session': '0.4',
  'pickle-0.10.session': '0.10',
}

function fileVectors(): Vector[] {
  return Object.entries(telethonManifest.files).flatMap(([name, file]): Vector[] => {
    const formatId = FORMATS[file.detect]
    if (formatId === undefined) return []
    const medium = ['telethon.json', 'telethon.pickle'].includes(formatId) ? 'file' : 'tables'
    return [
      {
        name: `telethon/${name}`,
        formatId,
        variant: VARIANTS[name] ?? String(file.schema_version),
        content: { medium, bytes: fixtureBytes(`telethon/${name}`) },
        passcode: null,
        expect: SUSPECT.has(name) ? 'suspect' : 'ok',
      },
    ]
  })
}

function stringVectors(): Vector[] {
  const vector = (name: string, string: string, expect: Vector['expect']): Vector => ({
    name: `telethon/strings.json ${name}`,
    formatId: 'telethon.string',
    variant: '1',
    content: { medium: 'text', text: cleanText(string).text },
    passcode: null,
    expect,
  })
  const valid = telethonStrings.valid.filter((one) => one.string !== '')
  return [
    ...valid.map(({ input, string }, index) => {
      const isReal = input.dc_id >= 1 && input.dc_id <= 5
      return vector(`${index}: DC ${input.dc_id} ${input.server_address}`, string, isReal ? 'ok' : 'suspect')
    }),
    ...telethonStrings.odd.filter((one) => READABLE_ODD.has(one.case)).map((one) => vector(one.case, one.string, 'ok')),
  ]
}

export const telethonFamily: Family = {
  formatIds: [
    'telethon.json',
    'telethon.mautrix',
    'telethon.pickle',
    'telethon.sqlalchemy',
    'telethon.sqlite',
    'telethon.string',
    'telethon-v2.sqlite',
  ],
  vectors: () => [...fileVectors(), ...stringVectors()],
  writeOptions: new Map([['keep-takeout', 'true']]),
  async asKept(session, _variant, formatId): Promise<Session> {
    if (formatId === 'telethon.string') return session
    const known = (value: number | null): number => value ?? 0
    // Telethon 2 looks at the states of channels only beside one of the account.
    const needsState = formatId === 'telethon-v2.sqlite' && session.channelStates.count > 0
    const updateState = session.updateState ?? (needsState ? { pts: 0, qts: 0, date: 0, seq: 0 } : null)
    return {
      ...session,
      // The columns are NOT NULL, or the library computes with them: an unknown number is written as 0.
      peers: collectionOf(
        (await collect(session.peers)).map((peer) => ({ ...peer, accessHash: peer.accessHash ?? 0n })),
      ),
      updateState: updateState && {
        pts: known(updateState.pts),
        qts: known(updateState.qts),
        date: known(updateState.date),
        seq: known(updateState.seq),
      },
      channelStates: collectionOf(
        (await collect(session.channelStates)).map((state) => ({
          channelId: state.channelId,
          pts: known(state.pts),
          qts: known(state.qts),
          date: known(state.date),
          seq: known(state.seq),
        })),
      ),
    }
  },
  expectedProblems(session, variant, formatId) {
    if (formatId !== 'telethon.sqlite') return []
    return [
      ...(variant.id === '1' ? ['telethon.version-1'] : []),
      ...(variant.id === '8' && session.takeoutId !== null ? ['telethon.takeout-blocks'] : []),
    ]
  },
}

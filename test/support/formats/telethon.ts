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
])

/** Strings that the library refuses or misreads and that can be put right. The others fit no format. */
const READABLE_ODD: ReadonlySet<string> = new Set([
  'leading space',
  'no padding',
  'ipv4 with trailing newline',
  'standard base64 alphabet',
  'ipv6 with trailing newline',
  'ipv6 with a space inside',
])

function fileVectors(): Vector[] {
  return Object.entries(telethonManifest.files).flatMap(([name, file]): Vector[] => {
    if (file.detect !== 'telethon-v1-sqlite') return []
    return [
      {
        name: `telethon/${name}`,
        formatId: 'telethon.sqlite',
        variant: String(file.schema_version),
        content: { medium: 'tables', bytes: fixtureBytes(`telethon/${name}`) },
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
    ...valid.map(({ input, string }) => {
      const isReal = input.dc_id >= 1 && input.dc_id <= 5
      return vector(`DC ${input.dc_id} ${input.server_address}`, string, isReal ? 'ok' : 'suspect')
    }),
    ...telethonStrings.odd.filter((one) => READABLE_ODD.has(one.case)).map((one) => vector(one.case, one.string, 'ok')),
  ]
}

export const telethonFamily: Family = {
  formatIds: ['telethon.sqlite', 'telethon.string'],
  vectors: () => [...fileVectors(), ...stringVectors()],
  writeOptions: new Map([['keep-takeout', 'true']]),
  async asKept(session, _variant, formatId): Promise<Session> {
    if (formatId !== 'telethon.sqlite') return session
    const known = (value: number | null): number => value ?? 0
    const { updateState } = session
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

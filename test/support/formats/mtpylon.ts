import { homeOf, type Session } from '../../../src/main/domain/session.ts'
import type { Family, Vector } from './family.ts'
import { fixtureBytes, fixtureJson } from './fixtures.ts'

export interface MtpylonEntry {
  readonly id: string
  readonly file: string
  readonly format: 'mtpylon.tables' | 'zagram.authdata'
  readonly expect: 'ok' | 'suspect' | 'error'
  readonly sessions?: readonly {
    readonly key_id_hex: string
    readonly auth_key_id: string
    readonly auth_key_hex: string
    readonly user_id: string | null
    readonly nickname: string | null
  }[]
  /** Problem codes by key id. */
  readonly problems?: Readonly<Record<string, string>>
  readonly problem?: string
  readonly auth_key_hex?: string
  readonly key_id_hex?: string
  readonly salt_hex?: string
}

export const mtpylonManifest = fixtureJson<{ entries: readonly MtpylonEntry[] }>('mtpylon/manifest.json')

export const mtpylonFamily: Family = {
  formatIds: ['mtpylon.sqlite', 'zagram.authdata', 'mtpylon.sessions'],
  vectors: () =>
    mtpylonManifest.entries.map((entry): Vector => {
      const isTables = entry.format === 'mtpylon.tables'
      return {
        name: `mtpylon/${entry.file}`,
        formatId: isTables ? 'mtpylon.sqlite' : 'zagram.authdata',
        variant: entry.expect === 'error' ? null : '1',
        content: { medium: isTables ? 'tables' : 'file', bytes: fixtureBytes(`mtpylon/${entry.file}`) },
        passcode: null,
        expect: entry.expect,
      }
    }),
  /** One key of a server that has no data centres. A user has a nickname. */
  asKept(session, _variant, formatId): Session {
    const home = homeOf(session)
    const salt = formatId === 'zagram.authdata' && home?.salt !== undefined ? { salt: home.salt } : {}
    const { account } = session
    return {
      ...session,
      server: 'mtpylon',
      dataCenters: [{ id: 0, address: null, port: null, authKey: home?.authKey ?? null, home: true, ...salt }],
      account: account && { ...account, username: account.username ?? `user-${account.id}` },
    }
  },
}

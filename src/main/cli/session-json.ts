import type { SessionSummary } from '../sources/session-store.ts'

/** A session as `inspect --json` prints it: a promise to scripts, documented in `docs/cli.md`. */
export interface SessionJson {
  readonly format: string
  readonly library: string
  readonly formatVersion: number | string | null
  readonly name: string
  readonly keyId: string | null
  readonly dc: {
    readonly id: number | null
    readonly address: string | null
    readonly port: number | null
    readonly test: boolean | null
  }
  readonly dataCenters: readonly {
    readonly id: number
    readonly address: string | null
    readonly port: number | null
    readonly hasKey: boolean
    readonly home: boolean
    /** Bits of the data centre's options (`DC_FLAGS`); null where the session keeps none. */
    readonly flags: number | null
    readonly hasSalt: boolean
  }[]
  /** Whose servers the key is for. */
  readonly server: 'telegram' | 'mtpylon'
  readonly user: {
    readonly id: string
    readonly isBot: boolean | null
    readonly username: string | null
    readonly phone: string | null
    readonly extraUsernames: readonly string[]
    readonly isPremium: boolean | null
  } | null
  readonly apiId: number | null
  readonly updateState: SessionSummary['updateState']
  readonly channelStates: number | null
  readonly peers: number | null
  readonly minContexts: number | null
  readonly sentFiles: number | null
  readonly hasTakeout: boolean | null
}

/** Null for what could not be read as a session. */
export function sessionJson(summary: SessionSummary): SessionJson | null {
  if (summary.format === null) return null
  // Named member by member: what a summary gains later does not get into the output by itself.
  const dataCenters = summary.dataCenters.map((dc) => ({
    id: dc.id,
    address: dc.implied ? null : dc.address,
    port: dc.implied ? null : dc.port,
    hasKey: dc.hasKey,
    home: dc.home,
    flags: dc.flags ?? null,
    hasSalt: dc.hasSalt ?? false,
  }))
  const home = dataCenters.find((dc) => dc.home)
  const { account, updateState } = summary
  return {
    format: summary.format.formatId,
    library: summary.format.library,
    formatVersion: summary.format.formatVersion,
    name: summary.name,
    keyId: summary.keyId,
    dc: { id: home?.id ?? null, address: home?.address ?? null, port: home?.port ?? null, test: summary.test },
    dataCenters,
    server: summary.server ?? 'telegram',
    user: account && {
      id: account.id,
      isBot: account.isBot,
      username: account.username,
      phone: account.phone,
      extraUsernames: account.extraUsernames ?? [],
      isPremium: account.isPremium ?? null,
    },
    apiId: summary.apiId,
    updateState: updateState && {
      pts: updateState.pts,
      qts: updateState.qts,
      date: updateState.date,
      seq: updateState.seq,
    },
    channelStates: summary.channelStates,
    peers: summary.peers,
    minContexts: summary.minContexts ?? null,
    sentFiles: summary.sentFiles,
    hasTakeout: summary.hasTakeout,
  }
}

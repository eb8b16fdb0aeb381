export interface FormatInfo {
  readonly formatId: string
  readonly variant: string
  /** Lower-case library that wrote it, as far as the shape tells. */
  readonly library: string
  /** The number the library stored (a schema version), or the layout's name for strings. */
  readonly formatVersion: number | string | null
}

/** What the loss report knows of one way to a data centre. Absent members are not known: the facts are older than they. */
export interface DataCenterFacts {
  readonly id: number
  readonly address: string | null
  readonly port: number | null
  readonly hasKey: boolean
  readonly home: boolean
  /** The address is not stored but follows from the id. */
  readonly implied?: boolean
  /** Tells whether two entries have the same key. */
  readonly keyId?: string | null
  /** Null where none are stored. */
  readonly flags?: number | null
  readonly hasSalt?: boolean
  readonly hasTimeOffset?: boolean
}

export interface AccountFacts {
  readonly id: string | bigint
  readonly isBot: boolean | null
  readonly username: string | null
  readonly phone: string | null
  /** Beside `username`. */
  readonly extraUsernames?: readonly string[]
  readonly isPremium?: boolean
}

/**
 * What the loss report needs of a session: no keys, no rows. A summary from the catalog has this shape too, so that a
 * report over hundreds of sessions opens none of them. Optional members are absent in facts of earlier releases.
 */
export interface SessionFacts {
  /** Null when nothing could be read. */
  readonly format: FormatInfo | null
  readonly dataCenters: readonly DataCenterFacts[]
  readonly test: boolean | null
  readonly account: AccountFacts | null
  readonly apiId: number | null
  readonly updateState: {
    readonly pts: number | null
    readonly qts: number | null
    readonly date: number | null
    readonly seq: number | null
  } | null
  /** Null where the format cannot hold them. */
  readonly channelStates: number | null
  readonly peers: number | null
  readonly sentFiles: number | null
  readonly minContexts?: number | null
  /** Fields of the parts that any of the peers has; absent where that is not known. */
  readonly peerParts?: readonly string[]
  readonly hasTakeout: boolean | null
  readonly hasTemporaryKey: boolean
  readonly hasFutureAuthToken?: boolean
  readonly savedAt: number | null
  /** Whose servers made the key. Absent: Telegram's. */
  readonly server?: 'mtpylon'
}

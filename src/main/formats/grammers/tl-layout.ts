/** Constructor numbers of the old files; those of user and channel state tell the length of their ids. */
export const TYPE = {
  session: 0xa73eb8ce,
  dataCenter: 0x756d16b6,
  webSocket: 0x72490a88,
  user: 0x672f428d,
  user32: 0x11cc2a68,
  updateState: 0xd0cadcc1,
  channelState: 0xc2b0f8cd,
  channelState32: 0xcb8f443f,
} as const

/** Bits of a session: what follows its data centres. */
export const SESSION_HAS = { user: 1, state: 2 } as const

/** Bits of a data centre. */
export const DC_HAS = { ipv4: 1, ipv6: 2, key: 4 } as const

/** The one bit of a WebSocket entry. */
export const WEB_SOCKET_HAS = { key: 1 } as const

export type TlVariant = '0.3' | '0.4' | '0.8'

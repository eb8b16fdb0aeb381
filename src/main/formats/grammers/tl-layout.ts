/** Constructor numbers of the old files; those of user and channel state tell the length of their ids. */
export const SESSION = 0xa73eb8ce
export const DATA_CENTER = 0x756d16b6
export const DATA_CENTER_WS = 0x72490a88
export const USER = 0x672f428d
export const USER_32 = 0x11cc2a68
export const UPDATE_STATE = 0xd0cadcc1
export const CHANNEL_STATE = 0xc2b0f8cd
export const CHANNEL_STATE_32 = 0xcb8f443f

/** Bits of a session. */
export const HAS_USER = 1
export const HAS_STATE = 2

/** Bits of a data centre. */
export const HAS_IPV4 = 1
export const HAS_IPV6 = 2
export const HAS_KEY = 4

/** The one bit of a WebSocket entry. */
export const WS_HAS_KEY = 1

export type TlVariant = '0.3' | '0.4' | '0.8'

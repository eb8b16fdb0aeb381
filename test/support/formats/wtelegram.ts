import type { Family } from './family.ts'
import { goEntries, goVector } from './gotd.ts'

const API_HASH = '0123456789abcdef0123456789abcdef'

export const wtelegramFamily: Family = {
  formatIds: ['wtelegram.session'],
  // Without the block alone: nothing tells it from noise before it is opened.
  vectors: () =>
    goEntries('wtelegram').map((entry) =>
      goVector(entry, 'wtelegram.session', entry.expect === 'error' ? null : 'file'),
    ),
  // A salt stands beside a key.
  asKept: (session) => ({
    ...session,
    dataCenters: session.dataCenters.map((dc) => {
      const { salt, ...rest } = dc
      return dc.authKey === null || salt === undefined ? rest : dc
    }),
  }),
  writeOptions: new Map([['session-key', API_HASH]]),
  passcode: API_HASH,
}

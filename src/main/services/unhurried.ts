import { setImmediate } from 'node:timers/promises'
import type { Collection, Session } from '../domain/session.ts'

/**
 * The same session, whose rows come with pauses: writing a million peers is one long run of synchronous work otherwise,
 * and the window would stand still meanwhile.
 */
export function unhurried(session: Session): Session {
  return {
    ...session,
    channelStates: paced(session.channelStates),
    peers: paced(session.peers),
    sentFiles: paced(session.sentFiles),
    minContexts: paced(session.minContexts),
  }
}

function paced<T>(collection: Collection<T>): Collection<T> {
  return {
    count: collection.count,
    async *batches() {
      for await (const batch of collection.batches()) {
        yield batch
        await setImmediate()
      }
    },
  }
}

import { type TelegramTransport, TransportError } from '@mtcute/core'
import { classifyTransportError, unreachable, type Verdict, verdict } from './classify.ts'

/** A drop or two is repaired by connecting again. More are an answer of a kind. */
const MOST_CONNECTIONS = 4

export interface Guard {
  readonly transport: TelegramTransport
  /** A packet went out: whatever was asked may have been done. */
  hasSent(): boolean
  /** Refuses everything from now on. */
  stop(): void
}

/**
 * Stands between the client library and any transport, and keeps a conversation about an existing login harmless. Left
 * alone, the library makes a new key when a data centre does not know the one it was given, and follows a redirection to a
 * data centre where it has none (and makes one). The guard
 * 1. connects to no data centre but the login's,
 * 2. sends no unencrypted message, which is how making a key begins,
 * 3. counts transport errors and knows what they mean,
 * 4. allows four connections, and none after one that could not be opened,
 * 5. refuses everything once the verdict is in.
 *
 * @param report takes the verdict of the guard; only the first counts
 */
export function guardTransport(inner: TelegramTransport, dcId: number, report: (verdict: Verdict) => void): Guard {
  let connections = 0
  let unknownKeys = 0
  let sent = false
  let stopped = false

  const settle = (found: Verdict): void => {
    if (stopped) return
    stopped = true
    report(found)
  }
  /** For the library, which carries on with its own means until it is destroyed. */
  const refusal = (found: Verdict): Error => {
    settle(found)
    return new Error(found.evidence)
  }
  const expectRunning = (): void => {
    if (stopped) throw new Error('stopped')
  }

  const transport: TelegramTransport = {
    setup: (crypto, log) => inner.setup?.(crypto, log),
    async connect(dc) {
      expectRunning()
      if (dc.id !== dcId) throw refusal(verdict('wrong-dc', `sent on to data centre ${dc.id}`, { newDcId: dc.id }))
      connections += 1
      if (connections > MOST_CONNECTIONS) {
        throw refusal(unreachable(`the connection was cut ${MOST_CONNECTIONS} times`))
      }
      try {
        return await inner.connect(dc)
      } catch (error) {
        throw refusal(unreachable(error instanceof Error ? error.message : 'no connection'))
      }
    },
    packetCodec(dc) {
      const codec = inner.packetCodec(dc)
      return {
        setup: (crypto, log) => codec.setup?.(crypto, log),
        tag: () => codec.tag(),
        reset: () => codec.reset(),
        encode(frame, into) {
          expectRunning()
          if (isUnencrypted(frame)) throw refusal(verdict('key-unknown', 'the client wanted to make a new key'))
          sent = true
          return codec.encode(frame, into)
        },
        async decode(reader, eof) {
          try {
            return await codec.decode(reader, eof)
          } catch (error) {
            if (error instanceof TransportError && (error.code !== 404 || ++unknownKeys >= 2)) {
              settle(classifyTransportError(error.code))
            }
            throw error
          }
        },
      }
    },
  }
  return {
    transport,
    hasSent: () => sent,
    stop: () => {
      stopped = true
    },
  }
}

/** An encrypted packet begins with the id of its key. */
function isUnencrypted(frame: Uint8Array): boolean {
  return frame.subarray(0, 8).every((byte) => byte === 0)
}

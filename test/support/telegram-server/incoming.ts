import { unzipSync } from 'node:zlib'
import { secondsOf } from './clock.ts'
import type { Message } from './packets.ts'
import { bigOf, CONSTRUCTORS, readerOf } from './tl.ts'

/** How far a client's clock may be off. */
const MAX_AGE_SECONDS = 300
const MAX_LEAD_SECONDS = 30

/** Error codes of `bad_msg_notification`: core.telegram.org/mtproto/service_messages_about_messages. */
const TOO_OLD = 16
const TOO_NEW = 17
const NOT_A_CLIENTS = 18

/** Why the server does not take a message, as a code of `bad_msg_notification`; null when it does. */
export function faultOf({ id }: Message, nowSeconds: number): number | null {
  const aheadSeconds = secondsOf(id) - nowSeconds
  if (aheadSeconds < -MAX_AGE_SECONDS) return TOO_OLD
  if (aheadSeconds > MAX_LEAD_SECONDS) return TOO_NEW
  return (id & 3n) === 0n ? null : NOT_A_CLIENTS
}

/** The messages in a message: containers and compressed ones are opened, one within the other too. */
export function unpack(message: Message): readonly Message[] {
  const reader = readerOf(message.body)
  switch (reader.peekUint()) {
    case CONSTRUCTORS.gzipPacked:
      reader.uint()
      // Clients send gzip or zlib; Telegram takes both.
      return unpack({ ...message, body: unzipSync(reader.bytes()) })
    case CONSTRUCTORS.container: {
      reader.uint()
      return Array.from({ length: reader.uint() }, () => {
        const id = BigInt.asUintN(64, bigOf(reader.long()))
        const seqNo = reader.uint()
        return unpack({ id, seqNo, body: reader.raw(reader.uint()) })
      }).flat()
    }
    default:
      return [message]
  }
}

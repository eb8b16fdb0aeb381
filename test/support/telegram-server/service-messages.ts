import { Long, type mtp } from '@mtcute/core'
import type { Channel } from './channel.ts'
import type { Call } from './method-reader.ts'
import { bigOf, CONSTRUCTORS, longOf, u32, u64 } from './tl.ts'

/** What is said of a message by `msgs_state_info`. */
const NOT_RECEIVED = 2
const RECEIVED = 4

const SALT_SECONDS = 1800
/** A little before now, for clients whose clock is behind. */
const SALT_LEAD_SECONDS = 60
const MAX_SALTS = 4

/** Messages of the protocol itself, which every key may send. Answers false for anything else. */
export function takeServiceMessage(channel: Channel, messageId: bigint, call: Call, nowSeconds: number): boolean {
  if (!isService(call)) return false
  const { login } = channel
  switch (call._) {
    case 'mt_ping':
    case 'mt_ping_delay_disconnect':
      channel.say({ _: 'mt_pong', msgId: longOf(messageId), pingId: call.pingId })
      return true
    case 'mt_get_future_salts':
      channel.say(futureSalts(messageId, Math.min(call.num, MAX_SALTS), login.salt, nowSeconds))
      return true
    case 'mt_msgs_state_req': {
      // "Received" makes the client wait for the answer: not to be said of a message that was lost.
      const states = call.msgIds.map((id) => (login.answered.has(unsigned(id)) ? RECEIVED : NOT_RECEIVED))
      channel.say({ _: 'mt_msgs_state_info', reqMsgId: longOf(messageId), info: Uint8Array.from(states) })
      return true
    }
    case 'mt_destroy_session': {
      const isKnown = login.sessions.delete(bigOf(call.sessionId))
      const { sessionId } = call
      channel.say({ _: isKnown ? 'mt_destroy_session_ok' : 'mt_destroy_session_none', sessionId })
      return true
    }
    case 'mt_destroy_auth_key':
      channel.say({ _: 'mt_destroy_auth_key_ok' })
      login.state = 'forgotten'
      return true
    case 'mt_rpc_drop_answer':
      channel.answer(messageId, { _: 'mt_rpc_answer_unknown' })
      return true
    case 'mt_msgs_ack':
    case 'mt_http_wait':
    case 'mt_msgs_state_info':
    case 'mt_msgs_all_info':
    case 'mt_msg_resend_req':
      return true
  }
  return false
}

/** What clients say; the rest of the protocol's messages are the server's. */
type ServiceMessage =
  | mtp.RawMt_ping
  | mtp.RawMt_ping_delay_disconnect
  | mtp.RawMt_get_future_salts
  | mtp.RawMt_msgs_state_req
  | mtp.RawMt_msgs_state_info
  | mtp.RawMt_msgs_all_info
  | mtp.RawMt_msgs_ack
  | mtp.RawMt_msg_resend_req
  | mtp.RawMt_destroy_session
  | mtp.RawMt_destroy_auth_key
  | mtp.RawMt_rpc_drop_answer
  | mtp.RawMt_http_wait

function isService(call: Call): call is Call & ServiceMessage {
  return call._.startsWith('mt_')
}

/** By hand: the library cannot write a bare vector of bare `future_salt`. */
function futureSalts(messageId: bigint, count: number, salt: bigint, nowSeconds: number): Buffer {
  const salts = Array.from({ length: count }, (_, index) => {
    const from = nowSeconds + index * SALT_SECONDS
    return Buffer.concat([u32(from - SALT_LEAD_SECONDS), u32(from + SALT_SECONDS), u64(salt)])
  })
  return Buffer.concat([u32(CONSTRUCTORS.futureSalts), u64(messageId), u32(nowSeconds), u32(count), ...salts])
}

function unsigned(id: Long): bigint {
  return BigInt.asUintN(64, bigOf(id))
}

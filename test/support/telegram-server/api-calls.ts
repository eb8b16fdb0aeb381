import type { tl } from '@mtcute/core'
import type { Channel, ResultForm } from './channel.ts'
import type { Connection } from './connection.ts'
import type { Core } from './core.ts'
import type { Call } from './method-reader.ts'
import { answerCall } from './methods/answer.ts'
import { RpcFault } from './rpc-fault.ts'
import type { Behaviour } from './script.ts'
import type { Login } from './state.ts'
import type { InitFields } from './telegram.ts'
import type { TlObject, TlValue } from './tl.ts'

/** A call to the API: noted, then answered as the script has it, or as ever. */
export function takeApiCall(core: Core, connection: Connection, channel: Channel, messageId: bigint, call: Call): void {
  const { login } = channel
  const { query, layer, init, wantsUpdates } = unwrap(call)
  if (init !== null) Object.assign(login, { init, layer })
  if (wantsUpdates) connection.subscribe(channel)
  const { dcId } = connection
  const seen = { keyId: login.keyId, method: query._, layer, init, dcId, connection: connection.id, atMs: Date.now() }
  core.calls.push(seen)
  connection.callers.add(login)
  if (core.knobs.strictSingle && isUsedTwice(core, login)) login.state = 'duplicated'

  const answer = (form?: ResultForm, bytes?: Uint8Array): void => {
    const result = resultOf(core, login, query)
    if (result instanceof RpcFault) channel.refuse(messageId, result)
    else channel.answer(messageId, bytes ?? result, form)
  }
  const behaviour = core.script.next(login.keyId, query._)
  if (behaviour === null) return answer()
  switch (behaviour) {
    case 'hang':
      return
    case 'drop':
      return connection.cut()
    case 'do-then-drop':
      resultOf(core, login, query)
      login.answered.add(messageId)
      return connection.cut()
    case 'gzip':
    case 'container':
      return answer(behaviour)
    default:
      behave(behaviour, { connection, channel, messageId, answer })
  }
}

interface Turn {
  readonly connection: Connection
  readonly channel: Channel
  readonly messageId: bigint
  readonly answer: (form?: ResultForm, bytes?: Uint8Array) => void
}

function behave(behaviour: Exclude<Behaviour, string>, { connection, channel, messageId, answer }: Turn): void {
  if ('error' in behaviour) channel.refuse(messageId, new RpcFault(behaviour.error.code, behaviour.error.text))
  else if ('transportError' in behaviour) connection.refuse(behaviour.transportError)
  else if ('doThenAnswerBytes' in behaviour) answer('plain', behaviour.doThenAnswerBytes)
  else if ('answerBytes' in behaviour) channel.answer(messageId, behaviour.answerBytes)
  else if ('answer' in behaviour) channel.answer(messageId, behaviour.answer as TlObject | readonly TlValue[])
  else setTimeout(answer, behaviour.delayMs).unref()
}

function resultOf(core: Core, login: Login, query: Call): TlValue | RpcFault {
  try {
    return answerCall(core, login, query)
  } catch (error) {
    if (error instanceof RpcFault) return error
    throw error
  }
}

function isUsedTwice({ connections }: Core, login: Login): boolean {
  return [...connections].filter(({ isLive, callers }) => isLive && callers.has(login)).length > 1
}

interface Unwrapped {
  readonly query: Call
  readonly layer: number | null
  readonly init: InitFields | null
  readonly wantsUpdates: boolean
}

/** Takes off what a call is wrapped in. */
function unwrap(call: Call): Unwrapped {
  const inner = (): Unwrapped => unwrap(call['query'] as Call)
  switch (call._) {
    case 'invokeWithLayer':
      return { ...inner(), layer: call['layer'] as number }
    case 'initConnection':
      return { ...inner(), init: initFieldsOf(call as Call & tl.RawInitConnectionRequest) }
    case 'invokeWithoutUpdates':
      return { ...inner(), wantsUpdates: false }
    case 'invokeAfterMsg':
    case 'invokeAfterMsgs':
      return inner()
    default:
      return { query: call, layer: null, init: null, wantsUpdates: true }
  }
}

function initFieldsOf(call: tl.RawInitConnectionRequest): InitFields {
  const { apiId, deviceModel, systemVersion, appVersion, systemLangCode, langPack, langCode } = call
  return { apiId, deviceModel, systemVersion, appVersion, systemLangCode, langPack, langCode }
}

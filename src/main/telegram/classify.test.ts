import { describe, expect, test } from 'vitest'
import type { LoginStatus } from '../../shared/login-statuses.ts'
import { isFinalStatus, loginStatuses } from '../../shared/login-statuses.ts'
import { classifyRpcError, classifyTransportError, isFreshReset, unreachable } from './classify.ts'

const RPC: readonly (readonly [code: number, text: string, status: LoginStatus])[] = [
  [401, 'AUTH_KEY_UNREGISTERED', 'logged-out'],
  [401, 'SESSION_REVOKED', 'revoked'],
  [401, 'SESSION_EXPIRED', 'expired'],
  [406, 'AUTH_KEY_DUPLICATED', 'duplicated'],
  [401, 'USER_DEACTIVATED', 'account-deleted'],
  [401, 'USER_DEACTIVATED_BAN', 'account-banned'],
  [401, 'AUTH_KEY_INVALID', 'key-invalid'],
  [401, 'AUTH_KEY_PERM_EMPTY', 'temporary-key'],
  [401, 'SESSION_PASSWORD_NEEDED', 'password-pending'],
  [420, 'FROZEN_METHOD_INVALID', 'frozen'],
  [420, 'FLOOD_WAIT_37', 'rate-limited'],
  [420, 'FLOOD_PREMIUM_WAIT_9', 'rate-limited'],
  [303, 'USER_MIGRATE_4', 'wrong-dc'],
  [303, 'PHONE_MIGRATE_1', 'wrong-dc'],
  [303, 'NETWORK_MIGRATE_5', 'wrong-dc'],
  [400, 'API_ID_INVALID', 'app-rejected'],
  [400, 'API_ID_PUBLISHED_FLOOD', 'app-rejected'],
  [400, 'CONNECTION_API_ID_INVALID', 'app-rejected'],
  [400, 'CONNECTION_LAYER_INVALID', 'app-outdated'],
  [406, 'UPDATE_APP_TO_LOGIN', 'app-outdated'],
  [500, 'RPC_CALL_FAIL', 'server-error'],
  [500, 'INTERDC_2_CALL_ERROR', 'server-error'],
  [-503, 'Timeout', 'server-error'],
  [400, 'BOT_METHOD_INVALID', 'unknown'],
  [401, 'SOMETHING_NEW', 'unknown'],
  [406, 'FRESH_RESET_AUTHORISATION_FORBIDDEN', 'unknown'],
  [420, 'SLOWMODE_WAIT_5', 'unknown'],
]

describe('answers of Telegram', () => {
  test.each(RPC)('%i %s is %s', (code, text, status) => {
    expect(classifyRpcError(code, text)).toMatchObject({ status, evidence: `${code} ${text}` })
  })

  test('the text decides, not the code', () => {
    for (const [, text, status] of RPC.filter(([code]) => code > 0 && code < 500)) {
      expect(classifyRpcError(400, text).status, text).toBe(status)
    }
  })

  test('a wait carries its seconds, a redirection its data centre', () => {
    expect(classifyRpcError(420, 'FLOOD_WAIT_37')).toMatchObject({ waitSeconds: 37, newDcId: null })
    expect(classifyRpcError(420, 'FLOOD_PREMIUM_WAIT_9')).toMatchObject({ waitSeconds: 9, newDcId: null })
    expect(classifyRpcError(303, 'USER_MIGRATE_4')).toMatchObject({ waitSeconds: null, newDcId: 4 })
  })

  test('what merely looks like a known text is unknown', () => {
    for (const text of ['FLOOD_WAIT_X', 'XFLOOD_WAIT_3', 'USER_MIGRATE_', 'SESSION_REVOKED ', 'constructor', '']) {
      expect(classifyRpcError(401, text).status, text).toBe('unknown')
    }
  })

  test('evidence fits on a line, whatever the server sends', () => {
    const { evidence } = classifyRpcError(400, `A\nB\u202e\u0000${'x'.repeat(5_000)}`)
    expect(evidence).toMatch(/^400 A\?B\?\?x{150,200}$/)
  })
})

test.each([
  [404, 'key-unknown', 'transport error 404, twice'],
  [429, 'rate-limited', 'transport error 429'],
  [444, 'wrong-dc', 'transport error 444'],
  [403, 'unknown', 'transport error 403'],
] as const)('transport error %i is %s', (code, status, evidence) => {
  expect(classifyTransportError(code)).toEqual({ status, evidence, waitSeconds: null, newDcId: null })
})

test('silence is never final', () => {
  expect(isFinalStatus(unreachable('no answer in 15 s').status)).toBe(false)
})

test('every status but "alive" and "network" has a row', () => {
  const reached = new Set<LoginStatus>([...RPC.map(([, , status]) => status), classifyTransportError(404).status])
  expect(loginStatuses.filter((status) => !reached.has(status))).toEqual(['alive', 'network'])
})

test('the refusal to a fresh login is told by its text', () => {
  expect(isFreshReset(classifyRpcError(406, 'FRESH_RESET_AUTHORISATION_FORBIDDEN').evidence)).toBe(true)
  expect(isFreshReset(classifyRpcError(406, 'AUTH_KEY_DUPLICATED').evidence)).toBe(false)
})

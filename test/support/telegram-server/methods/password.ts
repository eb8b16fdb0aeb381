import { randomBytes } from 'node:crypto'
import type { tl } from '@mtcute/core'
import { GENERATOR, PRIME_BYTES } from '../dh-prime.ts'
import { RpcFault } from '../rpc-fault.ts'
import { challengeFor, proves } from '../srp.ts'
import { accountOf } from '../state.ts'
import { bigOf, longOf } from '../tl.ts'
import type { Handler } from './handler.ts'
import { authorize } from './sign-in.ts'

const RANDOM_BYTE_LENGTH = 32

export const getPassword: Handler<tl.account.RawGetPasswordRequest> = ({ world }, login) => {
  if (login.state === 'unregistered') throw new RpcFault(401, 'AUTH_KEY_UNREGISTERED')
  const verifier = world.passwords.get(accountOf(world, login.accountId).id)
  const common = {
    _: 'account.password',
    newAlgo: { _: 'passwordKdfAlgoUnknown' },
    newSecureAlgo: { _: 'securePasswordKdfAlgoUnknown' },
    secureRandom: randomBytes(RANDOM_BYTE_LENGTH),
  } as const
  if (verifier === undefined) return common
  const { salt1, salt2 } = verifier
  login.challenge = challengeFor(verifier)
  return {
    ...common,
    hasPassword: true,
    currentAlgo: {
      _: 'passwordKdfAlgoSHA256SHA256PBKDF2HMACSHA512iter100000SHA256ModPow',
      salt1,
      salt2,
      g: GENERATOR,
      p: PRIME_BYTES,
    },
    srpB: login.challenge.publicBytes,
    srpId: longOf(login.challenge.id),
  }
}

export const checkPassword: Handler<tl.auth.RawCheckPasswordRequest> = (core, login, { password }) => {
  if (login.state !== 'password-pending') throw new RpcFault(401, 'AUTH_KEY_UNREGISTERED')
  if (password._ === 'inputCheckPasswordEmpty') throw new RpcFault(400, 'PASSWORD_HASH_INVALID')
  const { challenge } = login
  if (challenge === null || challenge.id !== bigOf(password.srpId)) throw new RpcFault(400, 'SRP_ID_INVALID')
  // Good for one try, as a guess costs a question.
  login.challenge = null
  if (!proves(challenge, password.A, password.M1)) throw new RpcFault(400, 'PASSWORD_HASH_INVALID')
  return authorize(core, login, accountOf(core.world, login.accountId))
}

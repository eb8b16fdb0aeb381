import type { tl } from '@mtcute/core'
import type { Core } from '../core.ts'
import { RpcFault } from '../rpc-fault.ts'
import { accountOf, type Login } from '../state.ts'
import type { Account } from '../telegram.ts'
import { longOf } from '../tl.ts'
import type { Handler } from './handler.ts'

export const getUsers: Handler<tl.users.RawGetUsersRequest> = ({ world }, login, { id }) =>
  id.map((one) => userOf(accountNamed(world, login, one), login))

export const getFullUser: Handler<tl.users.RawGetFullUserRequest> = ({ world }, login, { id }) => {
  const account = accountNamed(world, login, id)
  const fullUser: tl.RawUserFull = {
    _: 'userFull',
    id: account.id,
    settings: { _: 'peerSettings' },
    notifySettings: { _: 'peerNotifySettings' },
    commonChatsCount: 0,
  }
  return { _: 'users.userFull', fullUser, chats: [], users: [userOf(account, login)] }
}

export function userOf(account: Account, login: Login): tl.RawUser {
  const { id, isBot, firstName, lastName, username, phone } = account
  return {
    _: 'user',
    id,
    accessHash: longOf(BigInt(id) * 7n),
    self: id === login.accountId,
    bot: isBot,
    ...(isBot && { botInfoVersion: 1 }),
    firstName,
    ...(lastName !== undefined && { lastName }),
    ...(username !== undefined && { username }),
    ...(phone !== undefined && { phone }),
  }
}

function accountNamed(world: Core['world'], login: Login, user: tl.TypeInputUser): Account {
  if (user._ === 'inputUserSelf') return accountOf(world, login.accountId)
  const account = user._ === 'inputUser' ? world.accounts.get(user.userId) : undefined
  if (account === undefined) throw new RpcFault(400, 'USER_ID_INVALID')
  return account
}

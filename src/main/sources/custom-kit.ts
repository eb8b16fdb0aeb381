import { fromHex, toHex } from '../bytes/hex.ts'
import { AppError } from '../domain/errors.ts'
import { authKeyFrom, keyIdOf } from '../domain/key-id.ts'
import { fromMarkedId, markedId } from '../domain/peer.ts'
import { Secret } from '../domain/secret.ts'
import { collect, collectionOf, emptySession, homeOf } from '../domain/session.ts'

/** What a module of the person's own is given to work with: it can import nothing of the app. */
export const customKit = {
  apiVersion: 1,
  AppError,
  Secret,
  authKeyFrom,
  collect,
  collectionOf,
  emptySession,
  fromHex,
  fromMarkedId,
  homeOf,
  keyIdOf,
  markedId,
  toHex,
} as const

export type CustomKit = typeof customKit

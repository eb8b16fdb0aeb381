import { isJsonObject, type JsonObject, type JsonValue } from '../../bytes/json.ts'
import { AppError } from '../../domain/errors.ts'
import { objectsMember } from '../json-members.ts'

const TOP = ['Version', 'Data']
const DATA = ['Config', 'DC', 'Addr', 'AuthKey', 'AuthKeyID', 'Salt']
const CONFIG = [
  'BlockedMode',
  'ForceTryIpv6',
  'Date',
  'Expires',
  'TestMode',
  'ThisDC',
  'DCOptions',
  'DCTxtDomainName',
  'TmpSessions',
  'WebfileDCID',
]
const OPTION = [
  'Flags',
  'Ipv6',
  'MediaOnly',
  'TCPObfuscatedOnly',
  'CDN',
  'Static',
  'ThisPortOnly',
  'ID',
  'IPAddress',
  'Port',
  'Secret',
]

export interface SessionMembers {
  /** As it was read. */
  readonly value: JsonValue
  readonly top: JsonObject
  /** Null when there is none: then it is no session. */
  readonly data: JsonObject | null
  readonly config: JsonObject
  readonly options: readonly JsonObject[]
  /** Members that today's library does not know, in all levels. */
  readonly unknownCount: number
}

/** Go takes a member whatever the case of its name: all of them under their proper names. @throws AppError format.malformed */
export function sessionMembers(value: JsonValue): SessionMembers {
  let unknownCount = 0
  const proper = (one: JsonValue | undefined, names: readonly string[]): JsonObject | null => {
    if (one === undefined || one === null) return null
    if (!isJsonObject(one)) throw new AppError('format.malformed', { reason: 'one of its parts is not an object' })
    const byLowerCase = new Map(names.map((name) => [name.toLowerCase(), name]))
    const entries = Object.entries(one).flatMap(([name, member]): [string, JsonValue][] => {
      const known = names.includes(name) ? name : byLowerCase.get(name.toLowerCase())
      if (known === undefined) unknownCount += 1
      return known === undefined ? [] : [[known, member]]
    })
    return Object.fromEntries(entries)
  }
  const top = proper(value, TOP) ?? {}
  const data = proper(top['Data'], DATA)
  const config = proper(data?.['Config'], CONFIG) ?? {}
  const options = (objectsMember(config, 'DCOptions') ?? []).map((one) => proper(one, OPTION) ?? {})
  return { value, top, data, config, options, unknownCount }
}

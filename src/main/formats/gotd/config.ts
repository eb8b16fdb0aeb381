import { isJsonObject, type JsonValue, parseJson, printJson } from '../../bytes/json.ts'
import { Secret } from '../../domain/secret.ts'
import type { DataCenter, Session } from '../../domain/session.ts'
import { type SessionMembers, sessionMembers } from './members.ts'
import { optionFrom } from './options.ts'

const FORMAT_ID = 'gotd.json'

/** `Config` as it stood in the file, to be written again as long as nothing of it was changed. */
export function settingsFrom({ value, config: known }: SessionMembers): NonNullable<Session['settings']> | null {
  const data = isJsonObject(value) ? value['Data'] : undefined
  const config = data !== undefined && isJsonObject(data) ? data['Config'] : undefined
  if (config === undefined || !isJsonObject(config)) return null
  // Names in another case than Go's own are read, and written as Go does.
  if (!Object.keys(known).every((name) => Object.hasOwn(config, name))) return null
  return { formatId: FORMAT_ID, content: Secret.fromText(printJson(config)) }
}

/** The stored `Config` where it says of addresses, test mode and date what the session says; else undefined. */
export function unchangedConfig(session: Session, written: JsonValue): JsonValue | undefined {
  if (session.settings?.formatId !== FORMAT_ID) return undefined
  const stored = parseJson(session.settings.content.openText())
  return factsOf(stored) === factsOf(written) && listedAs(stored) === listedIn(session) ? stored : undefined
}

function factsOf(config: JsonValue): string {
  const { config: known } = sessionMembers({ Version: 1, Data: { Config: config } })
  return printJson([known['TestMode'] ?? false, known['Date'] ?? 0])
}

function listedAs(config: JsonValue): string {
  const { options } = sessionMembers({ Version: 1, Data: { Config: config } })
  return JSON.stringify(options.map((option) => placeOf(optionFrom(option).dc)))
}

function listedIn({ dataCenters }: Session): string {
  return JSON.stringify(dataCenters.filter(({ flags }) => flags !== undefined).map(placeOf))
}

function placeOf({ id, address, port, flags }: DataCenter): readonly unknown[] {
  return [id, address, port, flags]
}

import { readQtBytes, readQtText, writeQtBytes, writeQtText } from '../../bytes/qt-stream.ts'
import { type ByteReader, byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import type { DcWay } from '../dc-ways.ts'
import { damaged } from './frame.ts'

/** Upstream: `mtproto/mtproto_config.cpp`, `mtproto/mtproto_dc_options.cpp`. */

export interface ServerConfig {
  readonly test: boolean
  readonly options: readonly DcWay[]
}

const VERSION = 1
const ENVIRONMENT = { production: 0, test: 1 } as const
const OPTIONS_VERSION = 2
const LONGEST_ADDRESS = 45
const LONGEST_SECRET = 32

/**
 * What the server told about itself. Read to the end, as the program does: it ignores all of a config with a damaged
 * part.
 * @throws AppError format.malformed
 */
export function readConfig(data: Uint8Array): ServerConfig {
  const reader = byteReader(readQtBytes(byteReader(data)))
  const version = reader.i32()
  if (version !== VERSION) throw damaged(`the server configuration is of version ${version}`)
  const environment = reader.i32()
  if (environment !== ENVIRONMENT.production && environment !== ENVIRONMENT.test) {
    throw damaged('the server configuration names unknown servers')
  }
  const options = readOptions(byteReader(readQtBytes(reader)))
  reader.bytes(19 * 4)
  readQtText(reader)
  reader.bytes(6 * 4)
  readQtText(reader)
  reader.bytes(3 * 4)
  return { test: environment === ENVIRONMENT.test, options }
}

function readOptions(reader: ByteReader): readonly DcWay[] {
  const first = reader.i32()
  const version = first < 0 ? -first : 0
  const count = version > 0 ? reader.i32() : first
  const options: DcWay[] = []
  for (let index = 0; index < count; index += 1) {
    const id = reader.i32()
    const flags = reader.i32()
    const port = reader.i32()
    const address = new TextDecoder('latin1').decode(reader.bytes(within(reader.i32(), 1, LONGEST_ADDRESS)))
    if (version > 0) reader.bytes(within(reader.i32(), 0, LONGEST_SECRET))
    options.push({ id, flags, address, port })
  }
  return options
}

function within(byteLength: number, least: number, most: number): number {
  if (byteLength < least || byteLength > most) throw damaged('an address has an impossible length')
  return byteLength
}

/** Reverses {@link readConfig}; the rest holds the values a program starts with before it has asked the server. */
export function writeConfig({ test, options }: ServerConfig): Uint8Array {
  const places = byteWriter().i32(-OPTIONS_VERSION).i32(options.length)
  for (const { id, flags, address, port } of options) {
    const text = new TextEncoder().encode(address)
    places.i32(id).i32(flags).i32(port).i32(text.byteLength).bytes(text).i32(0)
  }
  // Then the number of keys of CDN servers.
  places.i32(0)
  const config = byteWriter()
    .i32(VERSION)
    .i32(test ? ENVIRONMENT.test : ENVIRONMENT.production)
  writeQtBytes(config, places.done())
  for (const value of LIMITS) config.i32(value)
  writeQtText(config, 'https://t.me/')
  for (const value of CALL_TIMEOUTS) config.i32(value)
  config.i32(test ? 2 : 4)
  writeQtText(config, test ? 'tapv3.stel.com' : 'apv3.stel.com')
  config.i32(1).i32(0).i32(1024)
  writeQtText(config, '👍').u64(0n)
  return writeQtBytes(byteWriter(), config.done()).done()
}

/**
 * Members of a group and a supergroup, messages forwarded at once, five online periods in milliseconds with the focus
 * between them, two notification delays, an unused one, seconds to edit and revoke (in private too), recent stickers,
 * three unused ones.
 */
const LIMITS = [
  200, 10_000, 100, 120_000, 5000, 30_000, 1000, 300_000, 30_000, 1500, 0, 172_800, 172_800, 172_800, 0, 30, 0, 0, 0,
]
/** Seconds after which channel media count as read, milliseconds to receive, ring, connect and for a packet. */
const CALL_TIMEOUTS = [604_800, 20_000, 90_000, 30_000, 10_000]

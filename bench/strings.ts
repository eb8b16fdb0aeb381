import { randomBytes } from 'node:crypto'
import {
  convertFromGramjsSession,
  convertFromMtkrutoSession,
  convertFromPyrogramSession,
  convertFromTelethonSession,
  convertToGramjsSession,
  convertToMtkrutoSession,
  convertToPyrogramSession,
  convertToTelethonSession,
} from '@mtcute/convert'
import { readStringSession, writeStringSession, type StringSessionData } from '@mtcute/core/utils.js'
import { Secret } from '../src/main/domain/secret.ts'
import { emptySession, type Session } from '../src/main/domain/session.ts'
import type { EncodeOptions, TextFormat } from '../src/main/formats/format.ts'
import { formatById } from '../src/main/formats/registry.ts'
import { asRatio, median, report } from './row.ts'

/**
 * Decoding and encoding of each string format, against `@mtcute/convert` (and mtcute itself for its own strings) on the
 * same input. Both sides end at, and start from, their neutral session.
 */
const SESSIONS = 200
const ROUNDS = 41

interface Rival {
  readonly formatId: string
  readonly variant: string
  decode(text: string): unknown
  encode(session: StringSessionData): string
}

const rivals: readonly Rival[] = [
  {
    formatId: 'telethon.string',
    variant: '1',
    decode: convertFromTelethonSession,
    encode: convertToTelethonSession,
  },
  {
    formatId: 'pyrogram.string',
    variant: 'S3',
    decode: convertFromPyrogramSession,
    encode: (session) => convertToPyrogramSession(session, { apiId: 12_345 }),
  },
  { formatId: 'gramjs.string', variant: '1', decode: convertFromGramjsSession, encode: convertToGramjsSession },
  { formatId: 'mtkruto.string', variant: '1', decode: convertFromMtkrutoSession, encode: convertToMtkrutoSession },
  { formatId: 'mtcute.string', variant: '3', decode: readStringSession, encode: writeStringSession },
]

for (const rival of rivals) {
  const format = formatById(rival.formatId)
  if (format.medium !== 'text' || !format.encode) throw new Error(`${rival.formatId} is no string that can be written`)
  const sessions = Array.from({ length: SESSIONS }, session)
  const options: EncodeOptions = { variant: rival.variant, options: new Map(), nowSeconds: 1_700_000_000 }
  const texts = await Promise.all(sessions.map((one) => format.encode?.(one, options) ?? ''))
  // Their own reading of our strings, so that both write the very same session.
  const theirs = texts.map((text) => asData(rival.decode(text)))
  if (rival.encode(theirs[0]!) !== texts[0]) process.stderr.write(`${format.label}: the strings differ\n`)
  const encode = format.encode.bind(format)
  await compare(
    `decode a ${format.label}`,
    () => texts.forEach((text) => decode(format, text)),
    () => texts.forEach((text) => void rival.decode(text)),
  )
  await compare(
    `encode a ${format.label}`,
    () => sessions.map((one) => encode(one, options)),
    () => theirs.forEach((one) => void rival.encode(one)),
  )
}

function decode(format: TextFormat, text: string): void {
  const { session: read } = format.decode(text)
  if (read.dataCenters.length === 0) throw new Error('nothing was read')
}

async function compare(name: string, ours: () => unknown, theirs: () => unknown): Promise<void> {
  const own: number[] = []
  const other: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    // Turn by turn, and each first in every other round: what disturbs one disturbs the other.
    for (const [work, times] of round % 2
      ? ([
          [ours, own],
          [theirs, other],
        ] as const)
      : ([
          [theirs, other],
          [ours, own],
        ] as const)) {
      const start = performance.now()
      await work()
      times.push(((performance.now() - start) * 1000) / SESSIONS)
    }
  }
  // The first rounds compile.
  const [mine, rivals] = [median(own.slice(ROUNDS / 4)), median(other.slice(ROUNDS / 4))]
  report({
    name,
    value: `${mine.toFixed(1)} µs`,
    baselineName: '@mtcute/convert',
    baseline: `${rivals.toFixed(1)} µs`,
    ratio: asRatio(mine / rivals),
    target: '≤ 1.0×',
    met: mine <= rivals,
  })
}

function session(): Session {
  return {
    ...emptySession(),
    dataCenters: [
      {
        id: 2,
        address: '149.154.167.50',
        port: 443,
        authKey: new Secret(new Uint8Array(randomBytes(256))),
        home: true,
      },
    ],
    test: false,
    account: { id: 777_000_123n, isBot: false, username: null, phone: null },
    apiId: 12_345,
  }
}

function asData(value: unknown): StringSessionData {
  return value as StringSessionData
}

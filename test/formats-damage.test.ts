import { randomInt } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { quickTables } from '../src/main/backends/page-reader.ts'
import { isAppError } from '../src/main/domain/errors.ts'
import { detectTables } from '../src/main/formats/detect.ts'
import type { Format, StoredSession } from '../src/main/formats/format.ts'
import { formatById, textFormats } from '../src/main/formats/registry.ts'
import { families } from './support/formats/families.ts'
import type { Vector, VectorContent } from './support/formats/family.ts'
import { detectContent, unlockWith, withSessions } from './support/formats/media.ts'
import { expectSound } from './support/formats/sound.ts'

const isSlow = process.env['SLOW'] !== undefined
// Two thousand mutations of a database take half a minute where the machine has nothing else to do.
if (isSlow) vi.setConfig({ testTimeout: 1_200_000 })
/** A database costs a hundred times a string: all of its mutations only where somebody asks for them (`SLOW=1`). */
const mutations = { text: 2_000, file: 2_000, folder: 2_000, tables: isSlow ? 2_000 : 100 }
/** Stretching a passcode takes a tenth of a second each time. */
const lockedMutations = isSlow ? 200 : 10

const vectors = families.flatMap((family) => family.vectors())
const whole = vectors.filter((vector) => vector.expect !== 'error')
const named = vectors.map((vector) => [vector.name, vector] as const)

type Outcome =
  | { readonly code: string }
  | { readonly sessions: readonly { readonly variant: string; readonly problems: number }[] }

/** Looks at content and reads it, as the app does. Anything but a code of ours or a sound session fails the test. */
async function read(format: Format, content: VectorContent, passcode: string | null): Promise<Outcome> {
  try {
    if (content.medium === 'tables' && format.medium === 'tables') {
      const tables = quickTables(content.bytes, { file: 'damaged', wal: false })
      try {
        detectTables(await tables.schema())
        return await sound(format, await format.list(tables))
      } finally {
        tables.close()
      }
    }
    await detectContent(content)
    return await withSessions(format, content, unlockWith(passcode), (stored) => sound(format, stored))
  } catch (error) {
    if (!isAppError(error)) throw error
    expect(error.code).toMatch(/^(format|passcode|session|source)\./)
    expect(JSON.stringify(error.details).length, 'an error that repeats its input').toBeLessThan(600)
    return { code: error.code }
  }
}

async function sound(format: Format, stored: readonly StoredSession[]): Promise<Outcome> {
  for (const { decoded } of stored) await expectSound(decoded, format)
  return {
    sessions: stored.map(({ decoded }) => ({ variant: decoded.info.variant, problems: decoded.problems.length })),
  }
}

describe('every truncation', () => {
  const cuttable = whole.filter((vector) => vector.content.medium !== 'folder')

  test.each(cuttable.map((vector) => [vector.name, vector] as const))('%s', async (_name, vector) => {
    const format = formatById(vector.formatId)
    const size = sizeOf(vector.content)
    const step = stepFor(vector, size)
    const silent: number[] = []
    const before = await read(format, vector.content, vector.passcode)
    for (let length = 0; length < size; length += step) {
      const cut = truncated(vector.content, length)
      const outcome = await read(format, cut, vector.passcode)
      if (isSilent(vector, before, outcome, length) && vector.isWholeAt?.(length) !== true) silent.push(length)
    }
    expect(silent, 'cut short, and read without a word').toEqual([])
  })

  test.each(whole.filter(({ content }) => content.medium === 'folder').map((vector) => [vector.name, vector] as const))(
    '%s',
    async (_name, vector) => {
      if (vector.content.medium !== 'folder') return
      const format = formatById(vector.formatId)
      for (const [path, bytes] of vector.content.files) {
        const step = vector.passcode === null && !isSlow ? Math.max(1, Math.floor(bytes.byteLength / 40)) : 1
        const cuts = vector.passcode === null ? step : Math.max(1, Math.floor(bytes.byteLength / 4))
        for (let length = 0; length < bytes.byteLength; length += cuts) {
          const files = new Map(vector.content.files).set(path, bytes.slice(0, length))
          await read(format, { ...vector.content, files }, vector.passcode)
        }
        const files = new Map(vector.content.files)
        files.delete(path)
        await read(format, { ...vector.content, files }, vector.passcode)
      }
    },
  )

  /** Only what carries nothing can be missing without a word: padding, blanks; or the rest is another layout, whole. */
  function isSilent(vector: Vector, before: Outcome, outcome: Outcome, length: number): boolean {
    if (!('sessions' in outcome) || !('sessions' in before) || vector.content.medium === 'tables') return false
    const changed = outcome.sessions.some(
      ({ variant, problems }, index) =>
        problems > (before.sessions[index]?.problems ?? 0) || variant !== before.sessions[index]?.variant,
    )
    return !changed && !carriesNothing(vector.content, length)
  }

  function carriesNothing(content: VectorContent, from: number): boolean {
    if (content.medium === 'text') return /^[=\s]*$/.test(content.text.slice(from))
    if (content.medium !== 'file') return false
    return content.bytes.subarray(from).every((byte) => byte === 0x0a || byte === 0x0d || byte === 0x20)
  }

  function stepFor(vector: Vector, size: number): number {
    if (vector.content.medium === 'tables') return Math.max(1, Math.floor(size / (isSlow ? 2_000 : 60)))
    return vector.passcode !== null && vector.formatId.startsWith('tdesktop') ? Math.ceil(size / 20) : 1
  }
})

describe('random changes', () => {
  test.each(named)('%s', async (_name, vector) => {
    const format = formatById(vector.formatId)
    const isStretched = vector.passcode !== null && vector.content.medium === 'folder'
    const rounds = isStretched ? lockedMutations : mutations[vector.content.medium]
    for (let round = 0; round < rounds; round += 1) await read(format, mutated(vector.content), vector.passcode)
  })
})

describe('text that belongs to none', () => {
  test.each(textFormats.map((format) => [format.id, format] as const))('%s', async (_id, format) => {
    for (let round = 0; round < 2_000; round += 1) {
      const length = randomInt(0, 520)
      const text = Buffer.from(randomBytesOf(length)).toString(round % 2 === 0 ? 'base64url' : 'latin1')
      await read(format, { medium: 'text', text }, null)
    }
  })
})

function sizeOf(content: VectorContent): number {
  if (content.medium === 'text') return content.text.length
  return content.medium === 'folder' ? 0 : content.bytes.byteLength
}

function truncated(content: VectorContent, length: number): VectorContent {
  if (content.medium === 'text') return { ...content, text: content.text.slice(0, length) }
  return content.medium === 'folder' ? content : { ...content, bytes: content.bytes.slice(0, length) }
}

function mutated(content: VectorContent): VectorContent {
  switch (content.medium) {
    case 'text':
      return { ...content, text: changedText(content.text) }
    case 'folder': {
      const paths = [...content.files.keys()]
      const path = paths[randomInt(paths.length)] ?? ''
      const files = new Map(content.files).set(path, changedBytes(content.files.get(path) ?? new Uint8Array()))
      return { ...content, files }
    }
    case 'file':
    case 'tables':
      return { ...content, bytes: changedBytes(content.bytes) }
  }
}

function changedText(text: string): string {
  let changed = text
  for (let change = randomInt(1, 4); change > 0; change -= 1) {
    const at = randomInt(0, changed.length + 1)
    const inserted = Buffer.from(randomBytesOf(randomInt(0, 3))).toString('base64url')
    changed = changed.slice(0, at) + inserted + changed.slice(at + randomInt(0, 4))
  }
  return changed
}

/** Bits flipped, runs overwritten (a length that lies), bytes taken out or put in. */
function changedBytes(bytes: Uint8Array): Uint8Array {
  let changed = bytes.slice()
  for (let change = randomInt(1, 4); change > 0; change -= 1) {
    const at = randomInt(0, changed.byteLength + 1)
    const kind = randomInt(4)
    if (kind === 0 && at < changed.byteLength) changed[at] = (changed[at] ?? 0) ^ (1 << randomInt(8))
    else if (kind === 1) changed.fill(randomInt(2) === 0 ? 0xff : 0, at, at + randomInt(1, 9))
    else {
      const inserted = kind === 2 ? randomBytesOf(randomInt(1, 9)) : new Uint8Array()
      const rest = changed.slice(at + (kind === 3 ? randomInt(1, 9) : 0))
      changed = Uint8Array.from([...changed.slice(0, at), ...inserted, ...rest])
    }
  }
  return changed
}

function randomBytesOf(byteLength: number): Uint8Array {
  return Uint8Array.from({ length: byteLength }, () => randomInt(256))
}

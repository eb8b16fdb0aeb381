import { describe, expect, test } from 'vitest'
import { isAppError } from '../src/main/domain/errors.ts'
import { unambiguous } from '../src/main/formats/detect.ts'
import { formatById, formats } from '../src/main/formats/registry.ts'
import type { Vector } from './support/formats/family.ts'
import { families, familyOf } from './support/formats/families.ts'
import { detectContent, unlockWith, withSessions } from './support/formats/media.ts'
import { expectSound } from './support/formats/sound.ts'

const vectors = families.flatMap((family) => family.vectors())
const named = vectors.map((vector) => [vector.name, vector] as const)

test('every format has a family and every family has vectors', () => {
  const without = formats.filter(({ id }) => familyOf(id) === null && id !== 'deck.sqlite').map(({ id }) => id)
  expect(without).toEqual([])
  for (const family of families) expect(family.vectors().length, family.formatIds.join()).toBeGreaterThan(0)
  expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length)
})

describe('every vector is named right, and no other format is sure of it', () => {
  test.each(named)('%s', async (_name, vector) => {
    const claims = await detectContent(vector.content)
    const sure = claims.filter(({ detection }) => detection.certainty === 'exact')
    expect(
      sure.map(({ format }) => format.id).filter((id) => id !== vector.formatId),
      'sure of a stranger',
    ).toEqual([])
    if (vector.expect === 'error') return
    const claim = claims.find(({ format }) => format.id === vector.formatId)
    expect(claim, 'not recognised').toBeDefined()
    expect(claim?.detection.reason).toMatch(/\S/)
    if (vector.variant !== null && claim?.detection.variant != null) {
      expect(claim.detection.variant).toBe(vector.variant)
    }
    // More than one plausible reading is offered to the person; a sure one is taken.
    if (claims.length > 1 && sure.length === 0) expect(unambiguous(claims)).toBeNull()
  })
})

describe('every vector reads, or is refused with a code', () => {
  test.each(named)('%s', async (_name, vector) => {
    const outcome = await read(vector)
    if (vector.expect === 'error') {
      expect(outcome).toMatchObject({ code: expect.stringMatching(/^(format|passcode|session)\./) })
      return
    }
    expect(outcome).toMatchObject({ sessions: expect.any(Number) })
    if ('problems' in outcome && vector.expect === 'suspect') expect(outcome.problems).toBeGreaterThan(0)
  })

  async function read(vector: Vector): Promise<{ code: string } | { sessions: number; problems: number }> {
    const format = formatById(vector.formatId)
    try {
      return await withSessions(format, vector.content, unlockWith(vector.passcode), async (stored) => {
        for (const { decoded } of stored) await expectSound(decoded, format)
        return { sessions: stored.length, problems: stored.flatMap(({ decoded }) => decoded.problems).length }
      })
    } catch (error) {
      if (isAppError(error)) return { code: error.code }
      throw error
    }
  }
})

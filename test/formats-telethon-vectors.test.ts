import { describe, expect, test } from 'vitest'
import { collect } from '../src/main/domain/session.ts'
import { formatById } from '../src/main/formats/registry.ts'
import type { Vector } from './support/formats/family.ts'
import { detectContent, unlockWith, withSessions } from './support/formats/media.ts'
import { pyrogramFamily } from './support/formats/pyrogram.ts'
import { telethonFamily } from './support/formats/telethon.ts'

/** Each vector is named by its own format alone, and reads as well as it says. */
describe('vectors of Telethon and Pyrogram', () => {
  const vectors = [...telethonFamily.vectors(), ...pyrogramFamily.vectors()]

  test.each(vectors.map((vector) => [vector.name, vector] as const))('%s', async (_name, vector: Vector) => {
    const format = formatById(vector.formatId)
    const claims = await detectContent(vector.content)
    const own = claims.filter((claim) => claim.detection.certainty === 'exact')
    expect(own.map((claim) => claim.format.id)).toEqual([vector.formatId])
    const read = withSessions(format, vector.content, unlockWith(vector.passcode), async (stored) => {
      for (const { decoded } of stored) {
        expect(decoded.info.formatId).toBe(vector.formatId)
        if (vector.variant !== null) expect(decoded.info.variant).toBe(vector.variant)
        expect(format.variants.map((variant) => variant.id)).toContain(decoded.info.variant)
        for (const { message } of decoded.problems) expect(message).toMatch(/^[A-Z].*\.$/)
        const { session } = decoded
        expect(await collect(session.peers)).toHaveLength(session.peers.count)
        expect(await collect(session.channelStates)).toHaveLength(session.channelStates.count)
        expect(await collect(session.sentFiles)).toHaveLength(session.sentFiles.count)
      }
      return stored.flatMap(({ decoded }) => decoded.problems.map((problem) => problem.code))
    })
    if (vector.expect === 'error') await expect(read).rejects.toMatchObject({ name: 'AppError' })
    else if (vector.expect === 'ok') expect(await read).toEqual([])
    else expect(await read).not.toEqual([])
  })
})

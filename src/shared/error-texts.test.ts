import { describe, expect, it } from 'vitest'
import { errorCodes, errorDetails } from './error-codes.ts'
import { codedError } from './coded-error.ts'
import { errorSentence, errorText } from './error-texts.ts'

const details = {
  file: 'bots/shop.session',
  format: 'telethon.string',
  reason: 'why.',
  field: 'api-id',
  found: '9',
  known: '1 to 8',
  seconds: 90,
  evidence: '400 SOMETHING_ODD',
  until: 1_800_000_000,
  cause: 'outdated',
}

describe.each(errorCodes)('%s', (code) => {
  const text = errorText(codedError(code, details))
  it('has a title and whole sentences', () => {
    expect(text.title).toMatch(/^[A-Z][^.]*$/)
    expect(text.cause).toMatch(/^[“A-Z].*[^.]\.$/)
    if (text.action !== '') expect(text.action).toMatch(/^[A-Z].*[^.]\.$/)
    expect(`${text.cause} ${text.action}`).not.toMatch(/undefined|null|\[object|telethon\.string|api-id/)
  })
  it.runIf(errorDetails[code].safeParse({}).success)('stays whole without details', () => {
    const bare = errorText(codedError(code, {}))
    expect(bare.cause).toMatch(/^[“A-Z].*[^.]\.$/)
  })
})

it('tells trouble of Telegram itself from a refusal', () => {
  const actionFor = (evidence: string) => errorText(codedError('telegram.refused', { evidence })).action
  for (const evidence of ['500 INTERNAL', '-503 Timeout']) expect(actionFor(evidence)).toContain('try again later')
  for (const evidence of ['400 SOMETHING_ODD', '4500 X']) expect(actionFor(evidence)).toBe('')
})

it('names the file where one is known', () => {
  expect(errorSentence(codedError('source.not-found', { file: 'shop.session' }))).toContain(
    '“shop.session” is not there',
  )
})

it('tells what is known but not read from what is not known', () => {
  const known = codedError('format.unrecognized', { file: 'old.session', kind: 'a Telethon 2 session' })
  expect(errorSentence(known)).toMatch(/^“old.session” is a Telethon 2 session: .*not read it yet\. .*update/)
  const pickle = codedError('format.unrecognized', { kind: 'a Python pickle', reason: 'it can run code' })
  expect(errorSentence(pickle)).toMatch(/^This is a Python pickle: it can run code\. /)
})

it.each([
  ['same', /^“\/bots” is a source already\./],
  ['inside', /^This lies inside “\/bots”, which is a source already\./],
  ['around', /^“\/bots”, which is a source already, lies inside this folder/],
] as const)('says which source covers the place: %s', (overlap, words) => {
  expect(errorSentence(codedError('source.exists', { file: '/bots', overlap }))).toMatch(words)
})

it('makes hostile names harmless and short', () => {
  const file = `\u202Egnp.\n<b>${'x'.repeat(500)}\u0007`
  const { cause } = errorText(codedError('source.not-found', { file }))
  expect(cause).not.toMatch(/[\u202e\n]/)
  expect(cause.length).toBeLessThan(200)
})

it('takes a code from elsewhere for a mistake of ours', () => {
  expect(codedError('BAD_GATEWAY', { secret: 1 })).toEqual({ code: 'internal', details: {} })
})

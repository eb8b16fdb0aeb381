import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { cleanText } from './clean-text.ts'
import { splitText } from './split-text.ts'

/** A Pyrogram S3 string with a random key. */
function s3(): string {
  const bytes = randomBytes(271)
  bytes.set([2, 0, 0, 4, 210, 0], 0)
  bytes.set([0, 0, 0, 0, 7, 1, 2, 3, 0], 262)
  return bytes.toString('base64url')
}

/** A Telethon string with a random key. */
function telethon(): string {
  const bytes = randomBytes(263)
  bytes.set([2, 149, 154, 167, 51, 1, 187], 0)
  return `1${bytes.toString('base64url')}=`
}

describe('cleanText', () => {
  const string = telethon()
  test.each([
    ['bare', string, []],
    ['white space around it', `  ${string}\t\r\n`, ['removed white space around it']],
    ['quotes', `"${string}"`, ['removed quotes']],
    ['backticks', `\`\`\`${string}\`\`\``, ['removed quotes']],
    ['curly quotes', `“${string}”`, ['removed quotes']],
    ['one quote only', `'${string}`, ['removed quotes']],
    ['an assignment', `SESSION=${string}`, ['removed the name in front of it']],
    ['a shell export', `export STRING_SESSION="${string}"`, ['removed the name in front of it', 'removed quotes']],
    ['Python', `session = '${string}'`, ['removed the name in front of it', 'removed quotes']],
    [
      'JSON',
      `  "session_string": "${string}",`,
      ['removed the name in front of it', 'removed punctuation behind it', 'removed quotes'],
    ],
    ['YAML', `session: ${string}`, ['removed the name in front of it']],
    ['zero-width', `\u200b${string.slice(0, 9)}\ufeff${string.slice(9)}`, ['removed invisible characters']],
    ['split by a space', `${string.slice(0, 40)} ${string.slice(40)}`, ['joined what white space had split']],
  ])('%s', (_name, input, corrections) => {
    const cleaned = cleanText(input)
    expect(cleaned.text).toBe(string)
    expect(cleaned.corrections).toEqual(expect.arrayContaining(corrections))
    if (corrections.length === 0) expect(cleaned.corrections).toEqual([])
  })

  test('padding at the end is no assignment', () => {
    const padded = `${Buffer.alloc(32, 7).toString('base64url')}==`
    expect(cleanText(padded)).toEqual({ text: padded, corrections: [] })
  })

  test('says nothing of the text itself', () => {
    expect(cleanText(`TOKEN_OF_BOB="${string}"`).corrections.join(' ')).not.toContain('BOB')
  })
})

describe('splitText', () => {
  const texts = (input: string): string[] => splitText(input).candidates.map((candidate) => candidate.text)

  test('a string to a line, whatever stands around it', () => {
    const [a, b, c] = [telethon(), s3(), s3()]
    const input = `# my sessions\n${a}\n\nBOT="${b}",\r\nnothing here\n  ${c}  \n`
    const { candidates, ignored } = splitText(input)
    expect(candidates.map((candidate) => candidate.text)).toEqual([a, b, c])
    expect(candidates.map((candidate) => candidate.origin)).toEqual(['line 2', 'line 4', 'line 6'])
    expect(ignored).toBe(2)
  })

  test.each([40, 64, 76, 120, 300])('joins a string wrapped at %d characters', (width) => {
    const [a, b] = [telethon(), s3()]
    const wrapped = (text: string): string => text.match(new RegExp(`.{1,${width}}`, 'g'))!.join('\n')
    const { candidates } = splitText(`Hello,\n\n${wrapped(a)}\n${wrapped(b)}\nbye`)
    expect(candidates.map((candidate) => candidate.text)).toEqual([a, b])
    expect(candidates[0]?.origin).toBe(`lines 3 to ${2 + Math.ceil(a.length / width)}`)
    expect(candidates[0]?.corrections).toContain('joined what white space had split')
  })

  test('joins pieces that are quoted one by one', () => {
    const a = telethon()
    const pieces = a.match(/.{1,80}/g)!
    expect(texts(pieces.map((piece) => `    "${piece}"`).join('\n'))).toEqual([a])
    expect(texts(pieces.map((piece) => `'${piece}' +`).join('\n'))).toEqual([a])
    expect(texts(pieces.map((piece) => `> ${piece}`).join('\n'))).toEqual([a])
  })

  test('a wrapped string after a name and within quotes', () => {
    const a = s3()
    expect(texts(`SESSION="${a.slice(0, 200)}\n${a.slice(200)}"`)).toEqual([a])
  })

  test('several strings in one line of JSON', () => {
    const [a, b] = [s3(), telethon()]
    expect(texts(JSON.stringify({ one: a, two: b }))).toEqual([a, b])
  })

  test('a string cut short is offered, so that the person learns why it fails', () => {
    const cut = telethon().slice(0, 340)
    expect(texts(cut)).toEqual([cut])
    const short = `SESSION="${cut.slice(0, 200)}"`
    expect(texts(`${short}\n`)).toEqual([cut.slice(0, 200)])
  })

  test('a wrapped string cut short is one thing', () => {
    const cut = telethon().slice(0, 200)
    const wrapped = cut.match(/.{1,76}/g)!.join('\n')
    const { candidates } = splitText(`Hello,\n${wrapped}\nbye`)
    expect(candidates.map(({ text, origin }) => [text, origin])).toEqual([[cut, 'lines 2 to 4']])
  })

  test.each([
    ['words', 'the-quick-brown-fox-jumps-over-'.repeat(5)],
    ['hexadecimal', randomBytes(64).toString('hex')],
    ['an address', `https://example.org/${telethon().slice(0, 120)}`],
    ['a short token', telethon().slice(0, 99)],
  ])('%s is no string that was cut short', (_name, text) => {
    expect(splitText(text)).toEqual({ candidates: [], ignored: 1 })
  })

  test('ordinary text gives nothing', () => {
    expect(splitText('Dear all,\nthe meeting is at ten.\n').candidates).toEqual([])
    expect(splitText('').candidates).toEqual([])
  })

  // Without bounds, each of these takes minutes.
  test.each([
    ['lines of one width', `${'x'.repeat(99)}\n`.repeat(20_000)],
    ['short lines of base64', 'aB3\n'.repeat(500_000)],
    ['runs that just miss', `${'x'.repeat(299)}!`.repeat(6_600)],
    ['blanks', `a${' '.repeat(2_000_000)}b`],
    ['blanks in many lines', `a${' '.repeat(10_000)}b\n`.repeat(200)],
    ['quotes', '"'.repeat(2_000_000)],
    ['marks of a mail', `${'> '.repeat(5_000)}!\n`.repeat(200)],
    ['names', `${'a'.repeat(60)}= `.repeat(32_000)],
  ])('two million characters of %s give nothing, soon', (_name, text) => {
    expect(splitText(text).candidates).toEqual([])
  })

  test('of thousands of attempts, as many are named as a person reads', () => {
    const text = Array.from({ length: 2_000 }, () => `${telethon().slice(0, 150)}\n\n`).join('')
    const { candidates, ignored } = splitText(text)
    expect(candidates.length + ignored).toBe(2_000)
    expect(candidates.length).toBeLessThan(500)
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { detectFile } from './detect.ts'
import { filesInText } from './pasted-files.ts'

const fixture = (path: string): string => readFileSync(`fixtures/${path}`, 'utf8')
const gotd = fixture('gotd/gotd-basic.json')
const zagram = fixture('mtpylon/auth-data.json')

function found(text: string) {
  const { files, rest } = filesInText(text)
  return { rest, files: files.map(({ bytes, origin }) => [detectFile(bytes)[0]?.format.id, origin]) }
}

describe('session files in pasted text', () => {
  it.each([
    ['gotd/gotd-basic.json', 'gotd.json'],
    ['ferogram/serde-0.6.5.json', 'ferogram.json'],
    ['telethon/json-0.13.3.session', 'telethon.json'],
    ['pyrogram/json/json-0.14.1-user.session', 'pyrogram.json'],
    ['mtpylon/auth-data.json', 'zagram.authdata'],
    ['grammers/text-v1.session', 'grammers.text'],
  ])('%s, whole and with blanks around', (path, format) => {
    const text = fixture(path)
    expect(found(text).files).toMatchObject([[format, expect.stringMatching(/^lines? 1\b/)]])
    if (format !== 'grammers.text')
      expect(found(`\ufeff \n${text}\n\n`).files).toMatchObject([[format, expect.any(String)]])
  })

  it('finds several among other lines, and leaves those as they were', () => {
    const pretty = JSON.stringify(JSON.parse(gotd), null, 2)
    const lineCount = pretty.split('\n').length
    const text = `my bots: {}\nSESSION='${zagram.trim()}'\r\n  ${pretty}\nbye {"a": "}"} now\n`
    expect(found(text)).toEqual({
      files: [
        ['zagram.authdata', 'line 2'],
        ['gotd.json', `lines 3 to ${2 + lineCount}`],
      ],
      rest: `my bots: {}\n\r\n${'\n'.repeat(lineCount)}bye {"a": "}"} now\n`,
    })
  })

  it('takes no other JSON, and nothing that is cut short', () => {
    for (const text of [
      '{"name": "session-deck"}',
      gotd.slice(0, -3),
      '{'.repeat(100_000),
      `${'{}\n'.repeat(20_000)}`,
    ]) {
      expect(filesInText(text)).toEqual({ files: [], rest: text })
    }
  })
})

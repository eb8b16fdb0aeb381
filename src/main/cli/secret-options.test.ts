import { expect, test } from 'vitest'
import type { Format } from '../formats/format.ts'
import { formatById } from '../formats/registry.ts'
import type { CliIo } from './io.ts'
import { askSecretOptions, refuseSecretSettings } from './secret-options.ts'

const tdata = formatById('tdesktop.tdata')

function terminal(answers: readonly string[] | null, env: CliIo['env'] = {}): CliIo & { asked: string[] } {
  const asked: string[] = []
  const left = [...(answers ?? [])]
  return {
    asked,
    version: '0',
    code: '',
    outIsTerminal: true,
    errIsTerminal: true,
    ask: null,
    env,
    askHidden:
      answers &&
      (async (question) => {
        asked.push(question)
        return left.shift() ?? ''
      }),
    out: () => {},
    err: () => {},
    input: async () => '',
  }
}

const answerOf = async (io: CliIo, format: Format = tdata) => Object.fromEntries(await askSecretOptions(format, io))

test('a secret is asked for twice, and nothing typed means none', async () => {
  const io = terminal(['hunter2', 'hunter2'])
  expect(await answerOf(io)).toEqual({ passcode: 'hunter2' })
  expect(io.asked).toHaveLength(2)
  const none = terminal([''])
  expect(await answerOf(none)).toEqual({})
  expect(none.asked).toHaveLength(1)
})

test('two different answers are refused without telling either', async () => {
  const refused = answerOf(terminal(['hunter2', 'hunter3']))
  await expect(refused).rejects.toThrow('The two were not the same')
  await expect(refused).rejects.not.toThrow(/hunter/)
})

test('the environment comes first; without it and without a terminal there is none', async () => {
  const io = terminal(['typed', 'typed'], { SESSION_DECK_PASSCODE: 'from outside' })
  expect(await answerOf(io)).toEqual({ passcode: 'from outside' })
  expect(io.asked).toEqual([])
  expect(await answerOf(terminal(null))).toEqual({})
})

test('formats without secrets ask nothing', async () => {
  const io = terminal(['x'])
  expect(await answerOf(io, formatById('telethon.sqlite'))).toEqual({})
  expect(io.asked).toEqual([])
})

test('a secret is no argument', () => {
  expect(() => refuseSecretSettings(tdata, new Map([['passcode', 'hunter2']]))).toThrow(
    'passcode is a secret: it is asked for on the terminal, or taken from SESSION_DECK_PASSCODE, never from --set',
  )
  expect(() => refuseSecretSettings(tdata, new Map([['user-id', '5']]))).not.toThrow()
})

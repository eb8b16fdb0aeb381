import { MantineProvider } from '@mantine/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { loginResult } from '../../../../test/support/telegram/window-login.ts'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import type { KnownLogin } from '../../../shared/contract/telegram.ts'
import { useDetail } from './detail-store.ts'
import { SessionDetailPane } from './session-detail.tsx'

// The note grows with its text, also once a font is there; the test's document has no fonts.
beforeAll(() => void Object.assign(document, { fonts: new EventTarget() }))
afterEach(cleanup)

const latest = loginResult({
  atMs: Date.now(),
  dcId: 4,
  account: { id: '42', isBot: false, username: 'ada', phone: null, name: 'Ada L' },
})

/** As far as the pane looks at it. */
const detailOf = (row: { login?: KnownLogin; account?: { id: string; isBot: boolean; username: string } }) =>
  ({
    row: {
      ref: { sourceId: 's', key: 'a' },
      name: 'shop',
      sourceName: 'bots',
      status: 'ok',
      problem: null,
      passcode: null,
      keyId: '123b1612dd272d13',
      fingerprint: null,
      library: 'telethon',
      inUse: false,
      tags: [],
      account: null,
      login: null,
      ...row,
    },
    givenName: null,
    note: '',
    formatText: 'Telethon string',
    dataCenters: [],
    problems: [],
    copies: [],
    companions: [],
    inUseBy: [],
    extraUsernames: [],
    updateState: null,
    path: null,
    sizeBytes: null,
    mode: null,
    apiId: null,
    savedAt: null,
    channelStates: null,
    sentFiles: null,
    minContexts: null,
    isPremium: null,
    hasTakeout: null,
    passcode: null,
    abilities: {},
  }) as unknown as SessionDetail

async function show(detail: SessionDetail, loading = false) {
  useDetail.setState({ detail, error: null, loading })
  render(
    <MantineProvider>
      <SessionDetailPane />
    </MantineProvider>,
  )
  await act(async () => {})
}

test('below the name stands whose login it is: what the session says, else what Telegram said', async () => {
  await show(detailOf({ account: { id: '7', isBot: true, username: 'shop_bot' } }))
  expect(screen.getByText('@shop_bot · bot · 7')).toBeTruthy()
  cleanup()
  await show(detailOf({ login: { latest, final: null } }))
  expect(screen.getByText('@ada · user · 42 · not stored')).toBeTruthy()
  cleanup()
  await show(detailOf({}))
  expect(screen.getByText('Account not stored')).toBeTruthy()
})

test('while another session loads nothing can be pressed that would mean the one before', async () => {
  const isInert = () => screen.getByText('Check…').closest('[inert]') !== null
  await show(detailOf({}))
  expect(isInert()).toBe(false)
  cleanup()
  await show(detailOf({}), true)
  expect(isInert()).toBe(true)
})

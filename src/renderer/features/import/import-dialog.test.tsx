import { MantineProvider } from '@mantine/core'
import { ORPCError } from '@orpc/client'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Client } from '../../../shared/contract/index.ts'
import type { ImportEvent, ImportItem, Staged } from '../../../shared/contract/imports.ts'
import { useAppData } from '../../app/app-data.ts'
import { DialogHost } from '../../app/dialog-host.tsx'
import { closeAllDialogs, openDialog } from '../../app/dialogs.ts'
import { setClient } from '../../lib/client.ts'

const ref = { sourceId: 'vault', key: 'one' }
const item: ImportItem = {
  id: 'item-1',
  origin: 'line 1',
  detections: [{ formatId: 'telethon.string', label: 'Telethon string', certainty: 'exact', reason: '353 characters' }],
  formatId: 'telethon.string',
  corrections: ['removed quotes'],
  preview: {
    ref,
    name: 'shop-bot',
    status: 'ok',
    account: { id: '5903412287', isBot: true, username: 'shop_bot', phone: null },
    library: 'telethon',
    libraryLabel: 'Telethon',
    formatId: 'telethon.string',
    formatLabel: 'string',
    dcId: 2,
    test: null,
    keyId: '123b1612dd272d13',
    fingerprint: null,
    copies: 1,
    peers: null,
    updatedAt: null,
    modifiedAtMs: null,
    tags: [],
    sourceName: '',
    inUse: false,
    login: null,
    problem: null,
    passcode: null,
  },
  problems: [],
  error: null,
  passcode: null,
  duplicates: [],
  duplicateOf: null,
}

let answerStage: (staged: Staged) => void = () => {}
const stageText = vi.fn((_input: { text: string }) => new Promise<Staged>((resolve) => (answerStage = resolve)))
const protect = vi.fn(async (_input: { passphrase: string }) => ({
  state: 'unlocked' as const,
  kind: 'passphrase' as const,
  lockAfterSeconds: 240,
}))
let sealed = false
const commit = vi.fn(async () => {
  if (!sealed) throw new ORPCError('protection.required', { defined: true, data: {} })
  return events()
})
async function* events(): AsyncGenerator<ImportEvent> {
  yield { type: 'item', itemId: 'item-1', ref, path: null, error: null }
  yield { type: 'done', imported: 1, failed: 0 }
}

beforeEach(() => {
  vi.clearAllMocks()
  sealed = false
  setClient({
    formats: { list: async () => [] },
    imports: { stageText, commit, discard: async () => ({ discarded: true }) },
    sources: { suggestions: async () => [] },
    app: { protect },
  } as unknown as Client)
  useAppData.setState({
    sources: [],
    info: { fileDialogs: 'typed' } as never,
    protection: { state: 'none', kind: 'passphrase', lockAfterSeconds: 240 },
  })
  render(
    <MantineProvider>
      <DialogHost />
    </MantineProvider>,
  )
})
afterEach(() => {
  act(() => closeAllDialogs())
  cleanup()
})

async function pasteAndRead(text: string) {
  act(() => openDialog('import'))
  const field = await screen.findByRole<HTMLTextAreaElement>('textbox', { name: 'String sessions' })
  fireEvent.input(field, { target: { value: text } })
  fireEvent.click(screen.getByRole('button', { name: 'Read' }))
  return field
}

test('takes the pasted text out of the field the moment it is sent', async () => {
  const secret = `1${Math.random().toString(36).repeat(5)}`
  const field = await pasteAndRead(`"${secret}"\n`)
  expect(stageText).toHaveBeenCalledWith({ text: `"${secret}"\n` })
  // The answer is not there yet.
  expect(field.value).toBe('')
  expect(document.documentElement.outerHTML).not.toContain(secret)
  await act(async () => answerStage({ ticket: 't', items: [item], ignored: 0 }))
  expect(document.documentElement.outerHTML).not.toContain(secret)
  expect(screen.getByText(/removed quotes/)).toBeTruthy()
})

test('sets a passphrase up on the way into the vault and goes on by itself', async () => {
  await pasteAndRead('1abc')
  await act(async () => answerStage({ ticket: 't', items: [item], ignored: 0 }))
  fireEvent.click(screen.getByRole('button', { name: 'Import 1 session' }))
  const [first, second] = [await screen.findByLabelText('Passphrase'), await screen.findByLabelText('The same again')]
  expect(commit).toHaveBeenCalledTimes(1)
  fireEvent.change(first, { target: { value: 'four unrelated words here' } })
  fireEvent.change(second, { target: { value: 'four unrelated words here' } })
  sealed = true
  fireEvent.click(screen.getByRole('button', { name: 'Set passphrase' }))
  await screen.findByText('Imported 1 session')
  expect(protect).toHaveBeenCalledOnce()
  expect(commit).toHaveBeenCalledTimes(2)
  await waitFor(() => expect(screen.queryByLabelText('Passphrase')).toBeNull())
})

test('leaves what is here already unticked and says where it is', async () => {
  await pasteAndRead('1abc')
  const duplicate = { ...item, duplicates: [{ ref, name: 'shop-bot', sourceName: '~/bots' }] }
  await act(async () => answerStage({ ticket: 't', items: [duplicate], ignored: 0 }))
  expect(screen.getByText(/Already in/).textContent).toContain('~/bots as shop-bot')
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Import line 1' }).checked).toBe(false)
})

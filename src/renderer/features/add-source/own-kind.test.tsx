import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { CustomBackend, Extension } from '../../../shared/contract/extensions.ts'
import type { Client } from '../../../shared/contract/index.ts'
import { setClient } from '../../lib/client.ts'
import { AddSourceDialog } from './add-source-dialog.tsx'
import { emptyFields, fieldProblems, isFilled, locationOf } from './store-fields.ts'

const backend: CustomBackend = {
  kind: 'custom:acme-kv',
  label: 'Acme KV',
  help: 'The server of our own bots.',
  medium: 'keyvalue',
  fields: { address: { label: 'Folder or host', placeholder: '/srv/kv' }, password: { label: 'Word' } },
}
const module: Extension = {
  name: 'acme-kv.mjs',
  path: '/modules/acme-kv.mjs',
  sha256: 'a'.repeat(64),
  kind: 'backend',
  label: 'Acme KV',
  backend,
  enabled: true,
  problem: null,
}
const testStore = vi.fn(async (_input: unknown, _options?: unknown) => ({
  server: 'Acme KV 1',
  found: [],
  text: 'Acme KV 1, no sessions',
}))
let modules: Extension[] = []

beforeEach(() => {
  testStore.mockClear()
  modules = []
  setClient({
    extensions: { list: async () => ({ folder: '/modules', missing: false, modules }) },
    sources: { suggestions: async () => [], testStore },
  } as unknown as Client)
})
afterEach(cleanup)

async function show() {
  render(
    <MantineProvider>
      <AddSourceDialog onClose={() => {}} />
    </MantineProvider>,
  )
  await act(async () => {})
}
const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })

test('without modules the kinds of the app are offered alone', async () => {
  await show()
  expect(screen.getByRole('radio', { name: 'Redis' })).toBeDefined()
  expect(screen.queryByText(/own module/)).toBeNull()
})

test('a backend of one’s own is a further kind, with its own fields', async () => {
  modules = [module]
  await show()
  fireEvent.click(screen.getByLabelText('Kind of source', { selector: 'input' }))
  fireEvent.click(await screen.findByText('Acme KV (own module)'))
  expect(screen.getByText('The server of our own bots.')).toBeDefined()
  expect(screen.queryByLabelText('Address')).toBeNull()
  for (const label of ['Database', 'User', 'Prefix', 'Encryption']) expect(screen.queryByLabelText(label)).toBeNull()
  expect(screen.getByLabelText('Folder or host').getAttribute('placeholder')).toBe('/srv/kv')
  type('Folder or host', ' /srv/My keys ')
  type('Word', 'hunter2')
  fireEvent.click(screen.getByRole('button', { name: /^Test/ }))
  await waitFor(() => expect(testStore).toHaveBeenCalled())
  expect(testStore.mock.calls[0]?.[0]).toMatchObject({
    location: { kind: 'custom:acme-kv', hosts: ['/srv/My keys'], tls: { mode: 'off' } },
    password: 'hunter2',
  })
})

test('its address is taken as it is written', () => {
  const fields = { ...emptyFields('custom:acme-kv'), hosts: 'user@Host/a b, c?' }
  expect(fieldProblems(fields)).toEqual({})
  expect(isFilled(fields)).toBe(true)
  expect(locationOf(fields).hosts).toEqual(['user@Host/a b, c?'])
  expect(isFilled({ ...fields, hosts: ' ' })).toBe(false)
})

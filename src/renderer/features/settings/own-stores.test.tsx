import { MantineProvider } from '@mantine/core'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import type { Extension } from '../../../shared/contract/extensions.ts'
import type { Client } from '../../../shared/contract/index.ts'
import { setClient } from '../../lib/client.ts'
import { OwnStores } from './own-stores.tsx'

afterEach(cleanup)

const module = (name: string, change: Partial<Extension>): Extension => ({
  name,
  path: `/modules/${name}`,
  sha256: 'a'.repeat(64),
  kind: null,
  label: null,
  backend: null,
  enabled: true,
  problem: null,
  ...change,
})

test('says of each module what it adds', async () => {
  const modules = [
    module('kv.mjs', { kind: 'backend', label: 'Acme KV' }),
    module('redis.mjs', { kind: 'format', label: 'Acme Redis' }),
    module('off.mjs', { enabled: false }),
  ]
  setClient({
    extensions: { list: async () => ({ folder: '/modules', missing: false, modules }) },
  } as unknown as Client)
  render(
    <MantineProvider>
      <OwnStores autofocus={false} />
    </MantineProvider>,
  )
  await act(async () => {})
  const rows = screen.getAllByRole('listitem').map(({ textContent }) => textContent)
  expect(rows[0]).toContain('kv.mjs · On · Acme KV, a kind of store')
  expect(rows[1]).toContain('redis.mjs · On · Acme Redis, a format')
  expect(rows[2]).toMatch(/^off\.mjs · Off\/modules/)
})

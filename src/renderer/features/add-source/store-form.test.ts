import { expect, test, vi } from 'vitest'
import type { Client } from '../../../shared/contract/index.ts'
import { setClient } from '../../lib/client.ts'
import { createStoreForm } from './store-form.ts'

test('an address that was not understood is forgotten once the fields are filled in by hand', async () => {
  setClient({
    sources: {
      parseStoreAddress: async () => {
        throw new Error('no address')
      },
    },
  } as unknown as Client)
  const form = createStoreForm('redis')
  form.getState().readAddress('nonsense://x')
  await vi.waitFor(() => expect(form.getState().addressProblem).toMatch(/What was pasted is not kept/))
  form.getState().change({ hosts: '127.0.0.1' })
  expect(form.getState().addressProblem).toBeNull()
})

import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import type { Client } from '../../../shared/contract/index.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import { useAppData } from '../../app/app-data.ts'
import { useView } from '../../app/view.ts'
import { setClient } from '../../lib/client.ts'
import { SourceBanner } from './source-banner.tsx'

afterEach(cleanup)

const folder: Source = {
  id: 'f',
  kind: 'folder',
  name: 'bots',
  location: '~/bots',
  path: '/home/me/bots',
  state: 'error',
  problem: { code: 'source.not-found', message: '“~/bots” is not there.' },
  sessions: 2,
  ignored: 0,
  progress: null,
  removable: true,
  writable: true,
  store: null,
}

function show(source: Source) {
  useView.setState({ view: { kind: 'source', sourceId: 'f' } })
  useAppData.setState({ sources: [source] })
  return render(
    <MantineProvider>
      <SourceBanner />
    </MantineProvider>,
  ).container.querySelector('.source-banner')?.textContent
}

test('above the sessions of a folder that is gone stands that it is, and a way to look again', async () => {
  const rescan = vi.fn(async () => ({}))
  setClient({ sources: { rescan, list: async () => [folder] } } as unknown as Client)
  expect(show(folder)).toContain('“~/bots” is not there. The 2 sessions below are as seen last.')
  await act(async () => void fireEvent.click(screen.getByRole('button', { name: 'Look again' })))
  expect(rescan).toHaveBeenCalledWith({ sourceId: 'f' })
})

test('a folder that is read, or without sessions to stand above, has none', () => {
  expect(show({ ...folder, state: 'live', problem: null })).toBeUndefined()
  expect(show({ ...folder, sessions: 0 })).toBeUndefined()
})

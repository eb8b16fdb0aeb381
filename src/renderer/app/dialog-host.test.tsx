import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { DialogHost } from './dialog-host.tsx'
import { closeAllDialogs, openDialog, useDialogs } from './dialogs.ts'

vi.mock('../features/settings/about-dialog.tsx', () => ({ AboutDialog: () => <p>about</p> }))
vi.mock('../features/session-detail/tags-dialog.tsx', () => {
  throw new Error('no such file')
})

const names = () => useDialogs.getState().stack.map(({ name }) => name)

afterEach(() => {
  cleanup()
  closeAllDialogs()
  vi.restoreAllMocks()
})

test('a button pressed twice opens one dialog, another question a second', () => {
  openDialog('add-source')
  openDialog('add-source')
  expect(names()).toEqual(['add-source'])
  openDialog('add-source', { path: '/bots' })
  openDialog('about')
  openDialog('add-source', { path: '/bots' })
  expect(names()).toEqual(['add-source', 'add-source', 'about', 'add-source'])
  const ref = { sourceId: 's', key: 'a' }
  openDialog('delete', { refs: [ref] })
  openDialog('delete', { refs: [ref] })
  openDialog('delete', { refs: [ref, { ...ref, key: 'b' }] })
  expect(names().slice(4)).toEqual(['delete', 'delete'])
})

test('a dialog that cannot be loaded says so, and the others stay', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
  render(
    <MantineProvider>
      <Notifications />
      <DialogHost />
    </MantineProvider>,
  )
  act(() => openDialog('about'))
  await screen.findByText('about')
  act(() => openDialog('tags', { refs: [] }))
  await screen.findByText(/could not be shown/)
  expect(screen.getByText('about')).toBeTruthy()
  expect(names()).toEqual(['about'])
})

import { MantineProvider, TextInput } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import type { ComponentProps } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { useAttempt } from '../lib/use-attempt.ts'
import { FormDialog } from './form-dialog.tsx'

const onSubmit = vi.fn()
const onClose = vi.fn()

afterEach(() => {
  cleanup()
  vi.restoreAllMocks()
  vi.clearAllMocks()
})

type Given = Partial<ComponentProps<typeof FormDialog>>

function show(given: Given = {}) {
  const dialog = (props: Given) => (
    <MantineProvider>
      <FormDialog title="Ask" submitLabel="Send" onSubmit={onSubmit} onClose={onClose} {...props}>
        {'children' in props ? props.children : <TextInput label="First" />}
      </FormDialog>
    </MantineProvider>
  )
  const { rerender } = render(dialog(given))
  return (changed: Given) => rerender(dialog({ ...given, ...changed }))
}

const button = (name: string) => screen.getByRole('button', { name })
/** What Enter in a field does in a browser. */
const enter = () => act(() => document.querySelector('form')?.requestSubmit())
const escape = () => act(() => void fireEvent.keyDown(document.body, { key: 'Escape' }))

test('begins in the first field, and Enter and the button both send it', async () => {
  show()
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('First')))
  enter()
  expect(onSubmit).toHaveBeenCalledTimes(1)
  fireEvent.click(button('Send'))
  expect(onSubmit).toHaveBeenCalledTimes(2)
})

test('a field that asks for the focus has it before the first one', async () => {
  show({
    children: (
      <>
        <TextInput label="First" />
        <TextInput label="Second" data-autofocus />
      </>
    ),
  })
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Second')))
})

test('without a field it begins at the button, or at Cancel where that is safer', async () => {
  show({ children: 'Sure?' })
  await waitFor(() => expect(document.activeElement).toBe(button('Send')))
  cleanup()
  show({ focus: 'cancel' })
  await waitFor(() => expect(document.activeElement).toBe(button('Cancel')))
})

test('is not sent before it is ready', () => {
  const change = show({ ready: false })
  expect(button('Send').hasAttribute('disabled')).toBe(true)
  enter()
  expect(onSubmit).not.toHaveBeenCalled()
  change({ ready: true })
  enter()
  expect(onSubmit).toHaveBeenCalledTimes(1)
})

test('Escape closes it, but not while it is sent, and it is not sent twice', async () => {
  const change = show({ busy: true })
  await waitFor(() => expect(screen.queryByRole('dialog')).not.toBeNull())
  enter()
  escape()
  expect(onSubmit).not.toHaveBeenCalled()
  expect(onClose).not.toHaveBeenCalled()
  expect(button('Cancel').hasAttribute('disabled')).toBe(true)
  change({ busy: false })
  escape()
  expect(onClose).toHaveBeenCalledTimes(1)
})

test('what went wrong is said aloud, and the field that was left has the focus again', async () => {
  // As newer browsers answer.
  vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(async () => {})
  function Asking() {
    const { busy, error, run } = useAttempt()
    const send = () =>
      run(async () => {
        await new Promise((resolve) => setTimeout(resolve))
        throw new Error('no')
      })
    return (
      <FormDialog title="Ask" submitLabel="Send" busy={busy} error={error} onSubmit={send} onClose={onClose}>
        <TextInput label="First" />
      </FormDialog>
    )
  }
  render(
    <MantineProvider>
      <Asking />
    </MantineProvider>,
  )
  const field = screen.getByLabelText('First')
  // The frame's focus trap sets the focus in timers of its own: those are over then.
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)))
  expect(document.activeElement).toBe(field)
  expect(screen.queryByRole('alert')).toBeNull()
  enter()
  // As a browser does with a field that is disabled meanwhile.
  act(() => field.blur())
  expect((await screen.findByRole('alert')).textContent).not.toBe('')
  await waitFor(() => expect(document.activeElement).toBe(field))
  // The notice goes while it is sent again.
  enter()
  expect(screen.queryByRole('alert')).toBeNull()
  expect(await screen.findByRole('alert')).not.toBeNull()
})

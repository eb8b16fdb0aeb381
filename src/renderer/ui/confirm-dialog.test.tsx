import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import type { ComponentProps } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { ConfirmDialog } from './confirm-dialog.tsx'

const onConfirm = vi.fn()

afterEach(() => {
  cleanup()
  vi.clearAllMocks()
})

function show(given: Partial<ComponentProps<typeof ConfirmDialog>> = {}) {
  render(
    <MantineProvider>
      <ConfirmDialog title="End all of them?" verb="End" onConfirm={onConfirm} onClose={() => {}} {...given}>
        They end.
      </ConfirmDialog>
    </MantineProvider>,
  )
}

const button = (name: string) => screen.getByRole('button', { name })
const isOff = () => button('End').hasAttribute('disabled')
const type = (value: string) => fireEvent.change(screen.getByRole('textbox'), { target: { value } })

test('what is dangerous begins at Cancel, what is not at its button', async () => {
  show()
  await waitFor(() => expect(document.activeElement).toBe(button('Cancel')))
  expect(button('End').className).toContain('danger-button')
  cleanup()
  show({ danger: false })
  await waitFor(() => expect(document.activeElement).toBe(button('End')))
})

test('a box to tick keeps the button off until it is ticked', () => {
  show({ consent: { kind: 'tick', label: 'I know' } })
  expect(isOff()).toBe(true)
  fireEvent.click(screen.getByRole('checkbox', { name: 'I know' }))
  expect(isOff()).toBe(false)
  fireEvent.click(button('End'))
  expect(onConfirm).toHaveBeenCalledTimes(1)
})

test('a word to type keeps the button off until it is that word, as far as one can see', async () => {
  show({ consent: { kind: 'type', word: 'Café  bot' } })
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('textbox', { name: /Type Café bot/ })))
  for (const wrong of ['', ' ', 'Café', 'café bot', 'Cafébot', 'Café bots']) {
    type(wrong)
    expect(isOff(), wrong).toBe(true)
  }
  for (const right of ['Café  bot', ' Cafe\u0301 bot ']) {
    type(right)
    expect(isOff(), right).toBe(false)
  }
  type('Café bo')
  fireEvent.submit(document.querySelector('form') ?? document.body)
  expect(onConfirm).not.toHaveBeenCalled()
})

test('an empty word confirms nothing', () => {
  show({ consent: { kind: 'type', word: '' } })
  expect(isOff()).toBe(true)
  type(' ')
  expect(isOff()).toBe(true)
})

test('neither consent nor anything else helps while it cannot be done', () => {
  show({ ready: false, consent: { kind: 'type', word: '3' } })
  type('3')
  expect(isOff()).toBe(true)
})

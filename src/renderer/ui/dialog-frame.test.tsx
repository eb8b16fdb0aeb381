import { MantineProvider } from '@mantine/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { useState } from 'react'
import { afterEach, expect, test } from 'vitest'
import { DialogFrame } from './dialog-frame.tsx'

function Two({ dismissable = true }: { dismissable?: boolean }) {
  const [open, setOpen] = useState(['below', 'above'])
  return (
    <MantineProvider>
      {open.map((title) => (
        <DialogFrame
          key={title}
          title={title}
          dismissable={dismissable}
          onClose={() => setOpen((all) => all.filter((one) => one !== title))}
        >
          text
        </DialogFrame>
      ))}
    </MantineProvider>
  )
}

const titles = () => screen.queryAllByRole('dialog').map((dialog) => dialog.querySelector('.dialog-title')?.textContent)
const escape = () => act(async () => void fireEvent.keyDown(document.body, { key: 'Escape' }))
const pressEscape = () => fireEvent.keyDown(document.body, { key: 'Escape' })
const settle = () => act(async () => new Promise((resolve) => setTimeout(resolve, 20)))

afterEach(cleanup)

test('Escape closes the topmost dialog alone, then the one below', async () => {
  render(<Two />)
  await settle()
  await escape()
  await settle()
  expect(titles()).toEqual(['below'])
  await escape()
  await settle()
  expect(titles()).toEqual([])
})

test('two presses close two dialogs, however quickly they come', async () => {
  render(<Two />)
  await settle()
  pressEscape()
  pressEscape()
  expect(titles()).toEqual([])
})

test('Escape does nothing while something must not be interrupted', async () => {
  render(<Two dismissable={false} />)
  await settle()
  await escape()
  await settle()
  expect(titles()).toEqual(['below', 'above'])
})

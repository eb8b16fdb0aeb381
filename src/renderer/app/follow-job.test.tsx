import { act, cleanup, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Client } from '../../shared/contract/index.ts'
import type { ResultItem, TelegramEvent } from '../../shared/contract/telegram.ts'
import { setClient } from '../lib/client.ts'
import { useConnection } from './connection.ts'
import { useFollowedJob } from './follow-job.ts'
import { isWatched } from './watched-jobs.ts'

const event = (name: string): TelegramEvent => ({ type: 'item', item: { name } as ResultItem })
const results = vi.fn()

beforeEach(() => {
  setClient({ telegram: { results } } as unknown as Client)
  useConnection.setState({ connection: { state: 'connected' } })
})
afterEach(() => {
  cleanup()
  vi.clearAllMocks()
})

function Names() {
  const { items, error } = useFollowedJob('job-1')
  return <p>{error === null ? items.map(({ name }) => name).join() : 'lost'}</p>
}

const shown = () => screen.getByRole('paragraph').textContent
const moment = () => act(() => new Promise((resolve) => setTimeout(resolve, 130)))

test('after the connection came back it begins anew: nothing is shown twice', async () => {
  results.mockImplementationOnce(async () =>
    (async function* () {
      yield event('a')
      throw new Error('the connection ended')
    })(),
  )
  render(<Names />)
  await moment()
  expect(shown()).toBe('lost')
  results.mockImplementation(async () =>
    (async function* () {
      yield event('a')
      yield event('b')
    })(),
  )
  await act(async () => useConnection.setState({ connection: { state: 'lost', attempt: 1 } }))
  await act(async () => useConnection.setState({ connection: { state: 'connected' } }))
  await moment()
  expect(shown()).toBe('a,b')
  expect(results).toHaveBeenCalledTimes(2)
})

test('whoever stops looking ends the stream, and the job goes on unwatched', async () => {
  let signal: AbortSignal | undefined
  results.mockImplementation(async (_, options: { signal: AbortSignal }) => {
    signal = options.signal
    return (async function* () {
      yield event('a')
      await new Promise(() => {})
    })()
  })
  const { unmount } = render(<Names />)
  await moment()
  expect([shown(), isWatched('job-1'), signal?.aborted]).toEqual(['a', true, false])
  unmount()
  expect([isWatched('job-1'), signal?.aborted]).toEqual([false, true])
})

import { notificationsStore } from '@mantine/notifications'
import { afterEach, expect, test } from 'vitest'
import type { AppEvent } from '../../shared/contract/app.ts'
import type { Client } from '../../shared/contract/index.ts'
import type { Job } from '../../shared/contract/jobs.ts'
import { setClient } from '../lib/client.ts'
import { subscribeToEvents } from './events.ts'
import { leaveInBackground } from './job-control.ts'
import { watchJob } from './watched-jobs.ts'

const job = (change: Partial<Job>): AppEvent => ({
  type: 'job',
  job: {
    id: 'job-1',
    kind: 'check',
    title: 'Checking 9 sessions',
    done: 9,
    total: 9,
    failed: 0,
    state: 'done',
    pausable: true,
    note: '',
    ...change,
  },
})

async function hear(...events: AppEvent[]): Promise<void> {
  const stream = (async function* () {
    yield* events
  })()
  setClient({ app: { events: async () => stream } } as unknown as Client)
  subscribeToEvents()
  await new Promise((resolve) => setTimeout(resolve, 10))
}

const said = () => {
  const { notifications, queue } = notificationsStore.getState()
  return [...notifications, ...queue].map(({ message }) => JSON.stringify(message))
}

afterEach(() => notificationsStore.setState((state) => ({ ...state, notifications: [], queue: [] })))

test('a check that nobody looks at says when it has ended, in place of what was said before', async () => {
  leaveInBackground('check', 'job-1', false)
  expect(said()[0]).toContain('goes on in the background')
  await hear(job({ state: 'running', done: 8 }))
  expect(said()).toHaveLength(1)
  await hear(job({}))
  expect(said()).toHaveLength(1)
  expect(said()[0]).toContain('The check has ended.')
})

test('how far it came is said where it was stopped', async () => {
  await hear(job({ kind: 'revoke', state: 'cancelled', done: 4 }))
  expect(said()[0]).toContain('Logging out has ended after 4 of 9.')
})

test('nothing is said to who looks at it, or about other work', async () => {
  const stop = watchJob('job-1')
  await hear(job({}), job({ id: 'job-2', kind: 'scan' }))
  stop()
  expect(said()).toEqual([])
})

test('a pause that asks something is told to who does not look; a person’s own says nothing', async () => {
  const question = '5 in a row were banned or killed: look at them before you go on.'
  await hear(job({ state: 'running', done: 5 }), job({ state: 'paused', done: 5 }))
  expect(said()).toEqual([])
  await hear(job({ state: 'running', done: 6, note: question }), job({ state: 'paused', done: 6, note: question }))
  expect(said()).toHaveLength(1)
  expect(said()[0]).toContain('The check is paused. 5 in a row')
})

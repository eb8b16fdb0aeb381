import { expect, it } from 'vitest'
import { createEventHub } from './event-hub.ts'

it('keeps paths opened before any window listened for the first one', async () => {
  const hub = createEventHub()
  hub.publish({ type: 'open', paths: ['/a'] })
  hub.publish({ type: 'sources' })
  const first = hub.subscribe(undefined)
  const second = hub.subscribe(undefined)
  hub.publish({ type: 'trash' })
  expect((await first.next()).value).toEqual({ type: 'open', paths: ['/a'] })
  expect((await first.next()).value).toEqual({ type: 'trash' })
  expect((await second.next()).value).toEqual({ type: 'trash' })
})

it('tells a slow window once that something changed, but of every path and menu item', async () => {
  const hub = createEventHub()
  const events = hub.subscribe(undefined)
  for (let revision = 1; revision <= 1000; revision += 1) hub.publish({ type: 'sessions', revision })
  hub.publish({ type: 'menu', action: 'find' })
  hub.publish({ type: 'menu', action: 'find' })
  hub.close()
  const got: unknown[] = []
  for await (const event of { [Symbol.asyncIterator]: () => events }) got.push(event)
  expect(got).toEqual([
    { type: 'sessions', revision: 1000 },
    { type: 'menu', action: 'find' },
    { type: 'menu', action: 'find' },
  ])
})

it('forgets a window that went away', async () => {
  const hub = createEventHub()
  const stop = new AbortController()
  const events = hub.subscribe(stop.signal)
  stop.abort()
  expect(await events.next()).toMatchObject({ done: true })
  hub.publish({ type: 'open', paths: ['/late'] })
  expect((await hub.subscribe(undefined).next()).value).toEqual({ type: 'open', paths: ['/late'] })
})

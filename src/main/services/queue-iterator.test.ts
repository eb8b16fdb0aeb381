import { describe, expect, it } from 'vitest'
import { createFeed, streamOf } from './queue-iterator.ts'

describe('streamOf', () => {
  it('gives everything in order, then ends', async () => {
    const stream = streamOf<number>(undefined, async (emit) => {
      emit(1)
      await Promise.resolve()
      emit(2)
    })
    const got: number[] = []
    for await (const value of stream) got.push(value)
    expect(got).toEqual([1, 2])
  })

  it('starts at once and gives what was emitted before it failed', async () => {
    let started = false
    const stream = streamOf<number>(undefined, async (emit) => {
      started = true
      emit(1)
      throw new Error('no')
    })
    expect(started).toBe(true)
    expect(await stream.next()).toEqual({ done: false, value: 1 })
    await expect(stream.next()).rejects.toThrow('no')
  })

  it.each(['the reader leaves', 'the signal fires'])('stops the work when %s', async (how) => {
    const outside = new AbortController()
    let inside: AbortSignal | undefined
    const stream = streamOf<number>(outside.signal, async (emit, signal) => {
      inside = signal
      emit(1)
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    })
    await stream.next()
    if (how === 'the reader leaves') await stream.return()
    else outside.abort()
    expect(inside?.aborted).toBe(true)
    expect(await stream.next()).toMatchObject({ done: true })
  })
})

describe('createFeed', () => {
  it('wakes a waiting reader, and ends it', async () => {
    const feed = createFeed<string>(undefined, () => {})
    const next = feed.iterator.next()
    feed.push('a')
    expect(await next).toEqual({ done: false, value: 'a' })
    const last = feed.iterator.next()
    feed.end()
    expect(await last).toEqual({ done: true, value: undefined })
  })

  it('takes back what a newer value makes pointless', async () => {
    const feed = createFeed<string>(undefined, () => {})
    for (const value of ['a1', 'b1', 'a2']) feed.push(value, (waiting) => waiting[0] === value[0])
    feed.end()
    const got: string[] = []
    for await (const value of feed.iterator) got.push(value)
    expect(got).toEqual(['b1', 'a2'])
  })
})

import { expect, it, vi } from 'vitest'
import { createImportTray } from './import-tray.ts'
import { emptyItem } from './stage-files.ts'

it('forgets a ticket after a quarter of an hour, with what it needs on disk', () => {
  let now = 0
  const tray = createImportTray({ now: () => now })
  const dispose = vi.fn()
  const ticket = tray.stage([emptyItem('line 1')], dispose)
  now = 15 * 60_000 - 1
  expect(tray.items(ticket)).toHaveLength(1)
  now += 1
  expect(() => tray.items(ticket)).toThrowError('request.expired')
  expect(dispose).toHaveBeenCalledOnce()
})

it('forgets everything at once, and a ticket with its last item', () => {
  const tray = createImportTray({ now: () => 0 })
  const items = [emptyItem('line 1'), emptyItem('line 2')]
  const ticket = tray.stage(items, () => {})
  tray.done(ticket, items[0]?.id ?? '')
  expect(tray.items(ticket)).toHaveLength(1)
  tray.done(ticket, items[1]?.id ?? '')
  expect(() => tray.items(ticket)).toThrowError('request.expired')
  const other = tray.stage(items, () => {})
  tray.clear()
  expect(() => tray.item(other, 'x')).toThrowError('request.expired')
})

import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestApp, type TestApp } from '../../../test/support/app/open-test-app.ts'

let deck: TestApp
beforeEach(async () => {
  deck = await openTestApp()
})
afterEach(() => deck.close())

it('makes the sample library once and whole, also after a start that was interrupted', async () => {
  const partial = join(deck.root, 'data', 'samples.partial')
  mkdirSync(partial)
  writeFileSync(join(partial, 'half.session'), 'written when the power went')
  const [one, other] = await Promise.all([deck.client.app.addSamples(), deck.client.app.addSamples()])
  expect(other).toEqual(one)
  expect(existsSync(partial)).toBe(false)
  const made = readdirSync(join(deck.root, 'data', 'samples'))
  expect(made).toContain('SAMPLE DATA.txt')
  expect(made).not.toContain('half.session')
  expect((await deck.client.sources.list()).filter(({ name }) => name === 'Sample library')).toHaveLength(1)
})

import { expect, test } from 'vitest'
import { freeName } from './deck-store-name.ts'

test('makes a wish fit to show and free', () => {
  expect(freeName('Shop', new Set())).toBe('Shop')
  expect(freeName('Shop', new Set(['Shop', 'Shop 2']))).toBe('Shop 3')
  expect(freeName('  two\n lines\u202e reversed\u0000 ', new Set())).toBe('two lines reversed')
  expect(freeName('\u200f\n', new Set())).toBe('Session')
  expect(freeName('x'.repeat(5000), new Set())).toHaveLength(200)
  expect(freeName(`${'x'.repeat(199)}😀`, new Set()).isWellFormed()).toBe(true)
})

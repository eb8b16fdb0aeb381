import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatsDocument } from '../src/main/formats/document.ts'
import { formats } from '../src/main/formats/registry.ts'

test('docs/formats.md is up to date (node scripts/formats-doc.ts writes it)', () => {
  expect(readFileSync(new URL('../docs/formats.md', import.meta.url), 'utf8')).toBe(formatsDocument(formats))
})

test('the order of the registry changes nothing', () => {
  expect(formatsDocument(formats.toReversed())).toBe(formatsDocument(formats))
})

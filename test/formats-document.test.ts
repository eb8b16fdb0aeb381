import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatsDocument } from '../src/main/formats/document.ts'
import { fields } from '../src/main/domain/session.ts'
import { formats } from '../src/main/formats/registry.ts'

test('docs/formats.md is up to date (node scripts/formats-doc.ts writes it)', () => {
  expect(readFileSync(new URL('../docs/formats.md', import.meta.url), 'utf8')).toBe(formatsDocument(formats))
})

test('the order of the registry changes nothing', () => {
  expect(formatsDocument(formats.toReversed())).toBe(formatsDocument(formats))
})

test('every field has a column in the overview', () => {
  const text = formatsDocument([
    { ...formats[0]!, variants: [{ ...formats[0]!.variants[0]!, carries: new Set(fields) }] },
  ])
  const marks = text
    .split('\n')
    .filter((line) => line.startsWith(`| \`${formats[0]!.id}\``))
    .join('')
    .match(/[●○]/g)
  expect(marks).toHaveLength(fields.length)
})

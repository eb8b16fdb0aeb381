import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formatsDocument } from '../src/main/formats/document.ts'
import { fields } from '../src/main/domain/session.ts'
import { allFormats } from '../src/main/formats/stores.ts'

test('docs/formats.md is up to date (node scripts/formats-doc.ts writes it)', () => {
  expect(readFileSync(new URL('../docs/formats.md', import.meta.url), 'utf8')).toBe(formatsDocument(allFormats))
})

test('the order of the registry changes nothing', () => {
  expect(formatsDocument(allFormats.toReversed())).toBe(formatsDocument(allFormats))
})

test('every field has a column in the overview', () => {
  const text = formatsDocument([
    { ...allFormats[0]!, variants: [{ ...allFormats[0]!.variants[0]!, carries: new Set(fields) }] },
  ])
  const marks = text
    .split('\n')
    .filter((line) => line.startsWith(`| \`${allFormats[0]!.id}\``))
    .join('')
    .match(/[●○]/g)
  expect(marks).toHaveLength(fields.length)
})

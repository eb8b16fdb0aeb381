import { readFileSync, writeFileSync } from 'node:fs'
import { formatsDocument } from '../src/main/formats/document.ts'
import { allFormats } from '../src/main/formats/stores.ts'

/** Writes `docs/formats.md` from the registry; `--check` only tells whether it is up to date. */
const path = new URL('../docs/formats.md', import.meta.url)
const text = formatsDocument(allFormats)

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error('docs/formats.md is out of date: run node scripts/formats-doc.ts')
    process.exitCode = 1
  }
} else {
  writeFileSync(path, text)
}

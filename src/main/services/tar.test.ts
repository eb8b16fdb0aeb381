import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tarOf } from './tar.ts'

it('makes an archive that tar unpacks, whatever the names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tar-test-'))
  try {
    const entries = [
      { name: 'shop.session', bytes: new Uint8Array(1000).fill(7) },
      { name: 'магазин 🛒.session', bytes: new Uint8Array() },
      { name: `${'long'.repeat(40)}.txt`, bytes: new Uint8Array(512).fill(1) },
    ]
    writeFileSync(join(folder, 'all.tar'), tarOf(entries, 1_700_000_000))
    execFileSync('tar', ['-xf', 'all.tar'], { cwd: folder })
    for (const { name, bytes } of entries) {
      expect(new Uint8Array(readFileSync(join(folder, name)))).toEqual(bytes)
      if (process.platform !== 'win32') expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { holdersOf } from './in-use.ts'

test.runIf(process.platform !== 'win32')(
  'names the process that holds a file or its log, and not this one',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'deck-in-use-'))
    const path = join(folder, 'a.session')
    writeFileSync(path, '')
    writeFileSync(`${path}-wal`, '')
    symlinkSync(path, join(folder, 'link.session'))
    // Holds the log open until its input ends.
    const script = `require('fs').openSync(process.argv[1], 'r'); process.stdout.write('open'); process.stdin.resume()`
    const child = spawn(process.execPath, ['-e', script, `${path}-wal`], { stdio: ['pipe', 'pipe', 'inherit'] })
    try {
      await once(child.stdout, 'data')
      const holders = await holdersOf(join(folder, 'link.session'))
      expect(holders.map((holder) => holder.pid)).toEqual([child.pid])
      expect(holders[0]?.name).not.toBe('')
    } finally {
      child.stdin.end()
      await once(child, 'close')
      rmSync(folder, { recursive: true })
    }
    expect(await holdersOf(join(folder, 'gone'))).toEqual([])
  },
)

import { appendFileSync, copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import {
  createCustomModules,
  type CustomModules,
  type CustomModuleSettings,
} from '../src/main/sources/custom-modules.ts'

const EXAMPLE = new URL('../docs/examples/acme-redis.mjs', import.meta.url).pathname

describe('modules of one’s own', () => {
  let folder: string
  let modules: CustomModules
  let turnedOff: string[]
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'session-deck-modules-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    let settings: CustomModuleSettings = { folder: '', agreed: {} }
    turnedOff = []
    modules = createCustomModules({
      load: () => settings,
      save: (next) => void (settings = next),
      onTurnedOff: (path) => void turnedOff.push(path),
    })
  })

  const at = async (path: string) => {
    const found = (await modules.list()).find((one) => one.path === path)
    if (!found) throw new Error('not listed')
    return found
  }
  const enabled = async (name: string) => {
    const { path, sha256 } = await at(join(folder, name))
    await modules.enable(path, sha256)
    return at(path)
  }

  it('are none without a folder, and run only when they were agreed to', async () => {
    expect(await modules.list()).toEqual([])
    const ran = join(folder, 'ran')
    writeFileSync(
      join(folder, 'a.mjs'),
      `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(ran)}, ''); export const a = 1`,
    )
    await modules.setFolder(folder)
    expect(await modules.list()).toMatchObject([{ isEnabled: false, problem: null, format: null }])
    expect(existsSync(ran)).toBe(false)
    expect(await enabled('a.mjs')).toMatchObject({
      isEnabled: true,
      problem: expect.stringContaining('no module') as string,
    })
    expect(existsSync(ran)).toBe(true)
  })

  it('are off again when they changed, and what was not shown cannot be agreed to', async () => {
    const path = join(folder, 'acme.mjs')
    copyFileSync(EXAMPLE, path)
    await modules.setFolder(folder)
    const { sha256 } = await enabled('acme.mjs')
    expect(await at(path)).toMatchObject({ isEnabled: true, problem: null, format: { id: 'acme.redis' } })
    appendFileSync(path, '\n// another line\n')
    const changed = { isEnabled: false, problem: expect.stringContaining('changed') as string, format: null }
    expect(await at(path)).toMatchObject(changed)
    await expect(modules.enable(path, sha256)).rejects.toMatchObject({ code: 'source.changed' })
    // What was agreed to once does not come back by itself.
    copyFileSync(EXAMPLE, path)
    expect(await at(path)).toMatchObject({ ...changed, sha256 })
    expect(turnedOff).toEqual([path])
    await enabled('acme.mjs')
    modules.disable(path)
    expect(await at(path)).toMatchObject({ isEnabled: false, problem: null, format: null })
    await expect(modules.enable(EXAMPLE, sha256)).rejects.toMatchObject({ code: 'source.not-found' })
    await expect(modules.setFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'source.not-found' })
  })

  it('are one to an id', async () => {
    for (const name of ['acme.mjs', 'other.mjs']) copyFileSync(EXAMPLE, join(folder, name))
    await modules.setFolder(folder)
    await enabled('acme.mjs')
    expect(await enabled('other.mjs')).toMatchObject({
      format: null,
      problem: expect.stringContaining('same id') as string,
    })
  })

  it.each([
    ['throws', 'throw new Error("secret words")', 'failed while'],
    ['does not parse', 'export const = 1', 'failed while'],
    ['exports nothing', '', 'exactly one'],
    ['exports two', 'export const a = {}; export const b = {}', 'exactly one'],
    ['makes nothing', "export const a = { apiVersion: 1, kind: 'format', make: () => null }", 'lacks'],
    ['fails when it makes', "export const a = { apiVersion: 1, kind: 'format', make() { throw 1 } }", 'failed while'],
    ['is a backend of nothing', "export const a = { apiVersion: 1, kind: 'backend', make() {} }", 'lacks'],
    ['is something else', "export const a = { apiVersion: 1, kind: 'theme', make() {} }", 'no module'],
    [
      'is a backend without a name of its own',
      "export const a = { apiVersion: 1, kind: 'backend', make: () => ({ kind: 'A B', label: 'A', help: 'A.', medium: 'keyvalue', fields: { address: { label: 'A' } }, connect() {} }) }",
      'lacks something: kind',
    ],
    ['never ends', 'await new Promise(() => setTimeout(() => {}, 60_000)); export const a = {}', 'failed while'],
    ['is of another version', "export const a = { apiVersion: 2, kind: 'format', make() {} }", 'no module'],
  ])('one that %s is listed with what is wrong', async (_what, source, problem) => {
    writeFileSync(join(folder, 'bad.mjs'), source)
    await modules.setFolder(folder)
    const state = await enabled('bad.mjs')
    expect(state.format).toBeNull()
    expect(state.problem).toContain(problem)
    expect(state.problem).not.toContain('secret words')
  })
})

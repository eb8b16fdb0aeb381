import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { storeBackend } from '../../src/main/backends/stores.ts'
import { homeOf } from '../../src/main/domain/session.ts'
import type { KeyValueFormat } from '../../src/main/formats/format.ts'
import {
  createCustomModules,
  type CustomModules,
  type CustomModuleSettings,
} from '../../src/main/sources/custom-modules.ts'
import { randomSession } from '../support/formats/random-session.ts'
import { redisMissing, startRedis } from '../support/servers/redis.ts'

const EXAMPLE = new URL('../../docs/examples/acme-redis.mjs', import.meta.url).pathname

describe('modules of one’s own', () => {
  let folder: string
  let modules: CustomModules
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'session-deck-modules-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    let settings: CustomModuleSettings = { folder: '', agreed: {} }
    modules = createCustomModules({ load: () => settings, save: (next) => void (settings = next) })
  })

  const enabled = async (name: string) => {
    const path = join(folder, name)
    const found = (await modules.list()).find((one) => one.path === path)
    return modules.enable(path, found!.sha256)
  }

  it('are none without a folder, and run only when they were agreed to', async () => {
    expect(await modules.list()).toEqual([])
    const ran = join(folder, 'ran')
    writeFileSync(
      join(folder, 'a.mjs'),
      `import fs from 'node:fs'; fs.writeFileSync(${JSON.stringify(ran)}, ''); export const a = 1`,
    )
    modules.setFolder(folder)
    expect(await modules.list()).toMatchObject([{ isEnabled: false, hasChanged: false, parts: null }])
    const { existsSync } = await import('node:fs')
    expect(existsSync(ran)).toBe(false)
    expect(await enabled('a.mjs')).toMatchObject({
      isEnabled: true,
      problem: expect.stringContaining('no module') as string,
    })
    expect(existsSync(ran)).toBe(true)
  })

  it('are off again when they changed, and what was not shown cannot be agreed to', async () => {
    copyFileSync(EXAMPLE, join(folder, 'acme.mjs'))
    modules.setFolder(folder)
    const { path, sha256 } = await enabled('acme.mjs')
    expect(await modules.list()).toMatchObject([{ isEnabled: true, problem: null, parts: { kind: 'format' } }])
    appendFileSync(path, '\n// another line\n')
    expect(await modules.list()).toMatchObject([{ isEnabled: false, hasChanged: true, parts: null }])
    await expect(modules.enable(path, sha256)).rejects.toMatchObject({ code: 'source.changed' })
    await enabled('acme.mjs')
    modules.disable(path)
    expect(await modules.list()).toMatchObject([{ isEnabled: false, hasChanged: false, parts: null }])
    await expect(modules.enable(EXAMPLE, sha256)).rejects.toMatchObject({ code: 'source.not-found' })
  })

  it.each([
    ['throws', 'throw new Error("secret words")', 'failed while'],
    ['does not parse', 'export const = 1', 'failed while'],
    ['exports nothing', '', 'exactly one'],
    ['exports two', 'export const a = {}; export const b = {}', 'exactly one'],
    ['makes nothing', "export const a = { apiVersion: 1, kind: 'format', make: () => null }", 'lacks'],
    ['fails when it makes', "export const a = { apiVersion: 1, kind: 'backend', make() { throw 1 } }", 'failed while'],
    ['is of another version', "export const a = { apiVersion: 2, kind: 'format', make() {} }", 'no module'],
  ])('one that %s is listed with what is wrong', async (_what, source, problem) => {
    writeFileSync(join(folder, 'bad.mjs'), source)
    modules.setFolder(folder)
    const state = await enabled('bad.mjs')
    expect(state.parts).toBeNull()
    expect(state.problem).toContain(problem)
    expect(state.problem).not.toContain('secret words')
  })

  it.skipIf(redisMissing() !== null)('the example lists, reads, writes and removes in a real Redis', async () => {
    copyFileSync(EXAMPLE, join(folder, 'acme.mjs'))
    modules.setFolder(folder)
    const { parts } = await enabled('acme.mjs')
    const format = (parts?.kind === 'format' ? parts.format : null) as KeyValueFormat
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const { signal } = new AbortController()
    const connection = await (await storeBackend('redis')).connect(
      {
        kind: 'redis',
        hosts: [`127.0.0.1:${server.port}`],
        database: '0',
        user: '',
        tls: { mode: 'off', ca: '' },
        topology: { kind: 'single' },
        prefix: '',
      },
      { password: null },
      { signal, connectTimeoutMs: 5000, commandTimeoutMs: 5000 },
    )
    onTestFinished(() => connection.close())
    if (connection.medium !== 'keyvalue') throw new Error('no keys')
    const session = fc.sample(randomSession, 1)[0]!
    const options = { variant: '1', options: new Map<string, string>(), nowSeconds: 0 }
    await connection.write((writer) => format.write!(writer, 'bot', session, options))
    expect(await format.survey(connection.reader, signal)).toEqual([{ prefix: 'acme:', sessions: null }])
    for await (const page of format.pages(connection.reader, 'acme:', signal)) {
      expect(page.map(({ key }) => key)).toEqual(['bot'])
    }
    const stored = await format.read(connection.reader, 'bot')
    const [home, own] = [homeOf(stored!.decoded.session)!, homeOf(session)!]
    expect(home.authKey?.equals(own.authKey!)).toBe(true)
    expect({ id: home.id, address: home.address, port: home.port }).toEqual({
      id: own.id,
      address: own.address,
      port: own.port,
    })
    await connection.write((writer) => format.remove!(writer, 'bot'))
    expect(await format.read(connection.reader, 'bot')).toBeNull()
  })
})

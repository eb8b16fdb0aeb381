import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { Secret } from '../../src/main/domain/secret.ts'
import { runCli, runCliProcess } from '../support/run-cli.ts'
import { redisMissing, type RedisServer, startRedis } from '../support/servers/redis.ts'

const missing = redisMissing()

describe.skipIf(missing !== null)(`list --store${missing ? ` (${missing})` : ''}`, () => {
  const password = randomBytes(12).toString('hex')
  const key = randomBytes(256)
  let server: RedisServer
  let folder: string
  beforeAll(async () => {
    server = await startRedis({ password })
    const session = { dc_id: 2, server_address: '149.154.167.51', port: 443, auth_key: key.toString('base64') }
    await server.client().set('bots:shop:sessions:2', JSON.stringify(session))
    const damaged = { ...session, auth_key: randomBytes(100).toString('base64') }
    await server.client().set('bots:odd:sessions:2', JSON.stringify(damaged))
    await server.client().set('other', 'value')
  })
  afterAll(() => server.stop())
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cli-store-test-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  function file(text: string, mode = 0o600): string {
    const path = join(folder, 'store.txt')
    writeFileSync(path, text, { mode })
    chmodSync(path, mode)
    return path
  }
  const address = (word = password, port = server.port) => `redis://:${word}@127.0.0.1:${port}/0\n`

  it('lists what is there, with the address but not the login', async () => {
    const path = file(`REDIS_URL="${address().trim()}"\n`)
    const { code, out, err } = await runCliProcess(['list', '--store', path, '--json'])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { sessions, problems } = JSON.parse(out) as { sessions: Record<string, unknown>[]; problems: unknown[] }
    expect(sessions).toMatchObject([
      { path: `127.0.0.1:${server.port}`, format: 'telethon.redis', name: 'odd', keyId: null },
      {
        path: `127.0.0.1:${server.port}`,
        format: 'telethon.redis',
        name: 'shop',
        keyId: keyIdOf(new Secret(key)),
        dc: { id: 2 },
      },
    ])
    expect(problems).toEqual([
      { code: expect.any(String) as string, message: expect.stringContaining('“odd”') as string },
    ])
    const text = await runCli(['list', '--store', path])
    expect(text.code).toBe(0)
    expect(text.out).toMatch(/shop.*Telethon.*127\.0\.0\.1/)
    for (const said of [out, err, text.out, text.err]) expect(said).not.toContain(password)
  })

  it('leaves out what lies elsewhere, and says what of an address it does not use', async () => {
    const { code, err } = await runCli(['list', '--store', file(address().replace('/0', '/0?prefix=none&colour=red'))])
    expect(code).toBe(1)
    expect(err).toContain('Not used: colour.')
    expect(err).toContain('No sessions here.')
  })

  it.each([0o644, 0o640, 0o660, 0o602])('refuses a file that others can open (%o)', async (mode) => {
    const { code, out, err } = await runCli(['list', '--store', file(address(), mode), '--json'])
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toContain('chmod 600')
    expect(err).not.toContain(password)
  })

  it('tells a wrong password, a server that is down, and what is no address', async () => {
    const codes = async (text: string): Promise<unknown> => {
      const { code, out } = await runCli(['list', '--store', file(text), '--json'])
      expect(code).toBe(1)
      expect(out).not.toContain('topsecret')
      return JSON.parse(out)
    }
    const problem = (code: string) => ({ sessions: [], problems: [{ code }] })
    expect(await codes(address('topsecret'))).toMatchObject(problem('source.login-failed'))
    expect(await codes(address('topsecret', 1))).toMatchObject(problem('source.unreachable'))
    expect(await codes('topsecret')).toMatchObject(problem('request.invalid'))
    const none = await runCli(['list', '--store', join(folder, 'none'), '--json'])
    expect(JSON.parse(none.out)).toMatchObject(problem('source.not-found'))
  })

  it('takes the address from a pipe, and no path beside it', async () => {
    const both = await runCli(['list', '--store', file(address()), folder])
    expect(both).toMatchObject({ code: 2, err: expect.stringContaining('no PATH') as string })
    expect(await runCli(['list', '--store', folder])).toMatchObject({ code: 2 })
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', ['-m', '600', pipe])
    const [{ code, out }] = await Promise.all([runCli(['list', '--store', pipe]), writeFile(pipe, address())])
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('shop') as string })
  })
})

import { describe, expect, it } from 'vitest'
import { Secret } from '../../domain/secret.ts'
import { parseProxy } from './proxy.ts'

const SECRET = 'dd'.concat('0123456789abcdef'.repeat(2))

function told(text: string): unknown {
  const wayOut = parseProxy(text)
  if (wayOut.kind === 'direct') return wayOut
  const { id, name, ...rest } = wayOut
  expect(id).toBe(name)
  return { name, ...rest, ...('secret' in rest && { secret: rest.secret.openText() }), ...passwordOf(wayOut) }
}

function passwordOf(wayOut: ReturnType<typeof parseProxy>): object {
  return 'password' in wayOut && wayOut.password instanceof Secret ? { password: wayOut.password.openText() } : {}
}

describe('a proxy as text', () => {
  it.each([
    ['socks5://127.0.0.1:9050', { kind: 'socks5', host: '127.0.0.1', port: 9050, user: '', password: null }],
    ['socks5://proxy.example', { kind: 'socks5', host: 'proxy.example', port: 1080, user: '', password: null }],
    ['socks5://ada:p%40ss%3A@[::1]:1', { kind: 'socks5', host: '::1', port: 1, user: 'ada', password: 'p@ss:' }],
    ['http://proxy.example', { kind: 'http', host: 'proxy.example', port: 80, user: '', password: null }],
    ['http://a:b@proxy.example:3128', { kind: 'http', host: 'proxy.example', port: 3128, user: 'a', password: 'b' }],
    [
      `tg://proxy?server=h.example&port=443&secret=${SECRET}`,
      { kind: 'mtproxy', host: 'h.example', port: 443, secret: SECRET },
    ],
    [
      'https://t.me/proxy?server=h.example&port=443&secret=7gAAAAAAAAAAAAAAAAAAAABleGFtcGxlLm9yZw+/',
      { kind: 'mtproxy', host: 'h.example', port: 443, secret: '7gAAAAAAAAAAAAAAAAAAAABleGFtcGxlLm9yZw+/' },
    ],
    [
      'tg://socks?server=10.0.0.1&port=1080&user=u&pass=p',
      { kind: 'socks5', host: '10.0.0.1', port: 1080, user: 'u', password: 'p' },
    ],
  ])('%s', (text, expected) => {
    expect(told(text)).toMatchObject(expected)
  })

  it('is named by its address alone', () => {
    const names = ['socks5://ada:secret@[::1]:1', `tg://proxy?server=h.example&port=443&secret=${SECRET}`].map(
      (text) => {
        const wayOut = parseProxy(text)
        return wayOut.kind === 'direct' ? '' : wayOut.name
      },
    )
    expect(names).toEqual(['socks5://[::1]:1', 'mtproxy://h.example:443'])
  })

  it.each([
    'canary',
    'socks5://',
    'socks5://canary:99999',
    'ftp://canary:1',
    'https://canary.example/proxy?server=a&port=1',
    'tg://canary?server=a&port=1',
    'tg://proxy?server=canary&port=443',
    `tg://proxy?server=canary&secret=${SECRET}`,
    'socks5://%zz:canary@h:1',
    'socks5://bad host:1',
  ])('%s is none, and is not quoted', (text) => {
    expect(() => parseProxy(text)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('canary') }))
  })
})

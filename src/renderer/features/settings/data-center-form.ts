import type { DcOverride } from '../../../shared/contract/telegram.ts'
import { portOf } from './proxy-form.ts'

/** An address as it is typed; `id` tells the lines apart. */
export interface TypedCenter {
  id: number
  dcId: string
  host: string
  port: string
}

export function typedCenters(overrides: readonly DcOverride[]): TypedCenter[] {
  const lines = overrides.map(({ dcId, host, port }, id) => ({ id, dcId: String(dcId), host, port: String(port) }))
  return lines.length === 0 ? [{ id: 0, dcId: '2', host: '', port: '443' }] : lines
}

/** A further line: the next data centre at the address of the last. */
export function nextCenter(lines: readonly TypedCenter[]): TypedCenter {
  const last = lines.at(-1)
  const ids = lines.map(({ dcId }) => Number(dcId)).filter(Number.isInteger)
  const free = [1, 2, 3, 4, 5].find((id) => !ids.includes(id)) ?? Math.max(...ids) + 1
  return { id: Math.max(-1, ...lines.map(({ id }) => id)) + 1, dcId: String(free), host: last?.host ?? '', port: '443' }
}

/** What is sent; null while a line is no address. Lines without a host are none. */
export function overridesOf(lines: readonly TypedCenter[]): DcOverride[] | null {
  const wanted = lines.filter(({ host }) => host.trim() !== '')
  const overrides = wanted.map(({ dcId, host, port }) => ({
    dcId: /^\d{1,4}$/.test(dcId.trim()) ? Number(dcId) : 0,
    host: host.trim(),
    port: portOf(port) ?? 0,
  }))
  const isGood = ({ dcId, port }: DcOverride) => dcId >= 1 && dcId <= 1000 && port > 0
  const ids = new Set(overrides.map(({ dcId }) => dcId))
  return overrides.every(isGood) && ids.size === overrides.length ? overrides : null
}

const PEM = /-----BEGIN [A-Z ]*PUBLIC KEY-----[\s\S]*?-----END [A-Z ]*PUBLIC KEY-----/g

/** The keys in a pasted text; null when there is something else in it. */
export function serverKeysOf(text: string): string[] | null {
  const keys = text.match(PEM) ?? []
  return text.replace(PEM, '').trim() === '' ? keys.map((key) => `${key}\n`) : null
}

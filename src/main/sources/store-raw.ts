import { AppError } from '../domain/errors.ts'
import type { RawPart } from '../formats/raw-part.ts'
import type { SessionStore } from './session-store.ts'
import type { BoundFormat } from './store-formats.ts'

type RawReads = Required<Pick<SessionStore, 'rawTables' | 'rawRows'>>
type WithFormat = <T>(key: string, work: (bound: BoundFormat, own: string) => Promise<T>) => Promise<T>

/** The raw view of sessions in a shared store: what is theirs alone, page by page. */
export function storeRaw(withFormat: WithFormat): RawReads {
  const withParts = <T>(key: string, work: (parts: readonly RawPart[]) => Promise<T>): Promise<T> =>
    withFormat(key, async (bound, own) => {
      if (!bound.raw) throw new AppError('request.unsupported', { reason: 'sessions of this format are not shown raw' })
      const parts = await bound.raw(own)
      if (parts === null) throw new AppError('session.not-found', {})
      return work(parts)
    })
  return {
    rawTables: (key) =>
      withParts(key, (parts) =>
        Promise.all(
          parts.map(async (part) => ({
            name: part.name,
            columns: part.columns,
            withoutRowid: false,
            rows: await part.count(),
          })),
        ),
      ),
    rawRows: (key, table, window) =>
      withParts(key, async (parts) => {
        const part = parts.find(({ name }) => name === table)
        if (!part) throw new AppError('request.invalid', { field: 'table', reason: 'no such table' })
        const [total, rows] = await Promise.all([part.count(), part.rows(window)])
        return { total, rows }
      }),
  }
}

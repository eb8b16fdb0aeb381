import type { Ref } from './interfaces.ts'

export interface AuditRecord {
  readonly id: number
  readonly atMs: number
  readonly action: string
  readonly text: string
  readonly shell: string
  readonly ref: Ref | null
  readonly keyId: string | null
}

export type NewAuditEntry = Omit<AuditRecord, 'id' | 'atMs' | 'shell'>

export interface AuditLog {
  add(entry: NewAuditEntry): void
  /** Many at once: one transaction, one event. */
  addAll(entries: readonly NewAuditEntry[]): void
  /** Newest first; of one session (by ref, and by key id where it has one) or of all. */
  list(filter: { ref: Ref | null; keyId: string | null; offset: number; limit: number }): {
    total: number
    entries: readonly AuditRecord[]
  }
}

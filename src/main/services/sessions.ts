import { quoted } from '../../shared/error-texts.ts'
import { type LoginStatus, loginStatusWords } from '../../shared/login-statuses.ts'
import { libraryLabel } from '../domain/libraries.ts'
import { AppError } from '../domain/errors.ts'
import type { Ref } from '../sources/interfaces.ts'
import { makePrivate } from '../sources/user-files.ts'
import { describeEntry } from './account-words.ts'
import { annotateSessions } from './annotate-sessions.ts'
import { channelNames } from './channel-names.ts'
import type { Core } from './core.ts'
import { deleteSessions } from './delete-sessions.ts'
import type { Implementer } from './implementer.ts'
import { channelStateOf, rowOf, refOf, sentFileOf } from './present.ts'
import { rawCellOf } from './raw-cells.ts'
import { sessionDetail } from './session-detail.ts'

export function sessionsService(os: Implementer['sessions'], core: Core) {
  const { library } = core
  const storeOf = (ref: Ref) => library.store(ref.sourceId)

  return {
    list: os.list.handler(async ({ input: { offset, limit, ...query } }) => {
      const revision = library.catalog.revision()
      const { total, entries } = library.catalog.page(query, { offset, limit })
      return { total, revision, rows: entries.map(rowOf) }
    }),
    refs: os.refs.handler(async ({ input }) => library.catalog.refs(input).map(refOf)),
    counts: os.counts.handler(async () => {
      const counts = library.catalog.counts()
      return {
        all: counts.all,
        users: counts.users,
        bots: counts.bots,
        attention: counts.attention,
        duplicates: counts.duplicates,
        trash: library.trash.list().length,
        sources: { ...counts.sources },
        tags: counts.tags.map(({ tag, count }) => ({ tag, count })),
        libraries: counts.libraries.map(({ value, count }) => ({ value, label: libraryLabel(value), count })),
        dcs: counts.dcs.map(({ value, count }) => ({ value, label: `DC ${value}`, count })),
        logins: counts.logins.map(({ value, count }) => ({ value, label: loginLabel(value), count })),
      }
    }),
    get: os.get.handler(async ({ input }) => sessionDetail(core, library.catalog.get(input.ref))),
    channelStates: os.channelStates.handler(async ({ input: { ref, ...window } }) => {
      const store = storeOf(ref)
      const { total, rows } = await store.channelStates(ref.key, window)
      const names = await channelNames(store, ref.key, rows)
      return { total, rows: rows.map((row) => channelStateOf(row, names.get(row.channelId) ?? null)) }
    }),
    sentFiles: os.sentFiles.handler(async ({ input: { ref, ...window } }) => {
      const { total, rows } = await storeOf(ref).sentFiles(ref.key, window)
      return { total, rows: rows.map(sentFileOf) }
    }),
    rawTables: os.rawTables.handler(async ({ input: { ref } }) => {
      const tables = (await storeOf(ref).rawTables?.(ref.key)) ?? noTables()
      return tables.map(({ name, rows, columns }) => ({
        name,
        rows,
        columns: columns.map((column) => ({ name: column.name, type: column.type, primaryKey: column.primaryKey > 0 })),
      }))
    }),
    rawRows: os.rawRows.handler(async ({ input: { ref, table, ...window } }) => {
      const page = (await storeOf(ref).rawRows?.(ref.key, table, window)) ?? noTables()
      return { total: page.total, rows: page.rows.map((row) => row.map(rawCellOf)) }
    }),
    annotate: os.annotate.handler(async ({ input: { refs, name, note, addTags, removeTags } }) => ({
      changed: await annotateSessions(library, refs, {
        ...(name !== undefined && { name }),
        ...(note !== undefined && { note }),
        addTags,
        removeTags,
      }),
    })),
    delete: os.delete.handler(({ input, signal }) => deleteSessions(core, input.refs, signal)),
    makePrivate: os.makePrivate.handler(async ({ input: { ref } }) => {
      const entry = library.catalog.get(ref)
      const { facts } = entry
      if (facts?.mode == null) {
        throw new AppError('request.unsupported', { reason: 'this system has no such permissions' })
      }
      const mode = await makePrivate(
        facts.path,
        facts.companions.map(({ name }) => name),
      )
      await library.refresh(ref.sourceId, [ref.key])
      library.audit.add({
        action: 'made-private',
        text: `Took the read rights of others away from ${quoted(facts.path)}, ${describeEntry(entry)}`,
        ref,
        keyId: entry.summary.keyId,
      })
      return { mode }
    }),
  }
}

function noTables(): never {
  throw new AppError('request.unsupported', { reason: 'this session does not lie in tables' })
}

function loginLabel(login: LoginStatus | 'unchecked'): string {
  return login === 'unchecked' ? 'Never checked' : loginStatusWords[login].label
}

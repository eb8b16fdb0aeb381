import type { ResultItem } from '../../../shared/contract/telegram.ts'
import type { Ref } from '../../sources/interfaces.ts'
import { describeEntry } from '../account-words.ts'
import type { Core } from '../core.ts'
import { deleteOne } from '../delete-sessions.ts'
import type { Telegram } from './open-telegram.ts'
import { skippedItem, startPacedJob } from './paced-job.ts'
import { revokeOne } from './revoke-one.ts'
import type { Chosen } from './select-sessions.ts'
import type { AccessOptions } from './telegram-core.ts'

export interface RevokeOptions extends AccessOptions {
  /** Moves the session to the trash as well, once Telegram has confirmed. */
  readonly thenDelete: boolean
}

/** Outcomes that Telegram confirmed. */
const CONFIRMED: ReadonlySet<ResultItem['outcome']> = new Set(['logged-out', 'already'])

/** Starts logging out, one session after the other, at the app's pace. */
export function startRevoke(
  core: Core,
  parts: Telegram,
  chosen: readonly Chosen[],
  options: RevokeOptions,
): { jobId: string } {
  const { library, ports } = core
  const one = { telegram: parts.telegram, logins: library.logins, log: ports.log }
  /** What became of the other chosen copies of a key: known when the one that was asked is settled. */
  const deleted = new Map<Chosen, Deleted>()

  const { jobId, ended } = startPacedJob(parts, {
    kind: 'revoke',
    title: `Logging out ${chosen.length} ${chosen.length === 1 ? 'session' : 'sessions'}`,
    chosen,
    ask: async (asked, signal) => {
      const { attempt, item } = await revokeOne(one, asked, options, signal)
      if (item.outcome === 'skipped' || (signal.aborted && item.outcome === 'failed')) return { attempt, item }
      note(core, asked, item)
      if (!options.thenDelete || !CONFIRMED.has(item.outcome)) return { attempt, item }
      for (const copy of chosen) {
        if (copy !== asked && copy.keyId === asked.keyId && copy.skip === 'same-key') {
          deleted.set(copy, await remove(core, copy.ref))
        }
      }
      return { attempt, item: { ...item, ...(await remove(core, asked.ref)) } }
    },
    twinOf: (twin, asked) => {
      if (!CONFIRMED.has(asked.outcome)) return { ...skippedItem(twin, 'same-key'), login: asked.login }
      const { trashId, reason } = deleted.get(twin) ?? { trashId: null, reason: '' }
      return { ...asked, ref: twin.ref, name: twin.name, trashId, reason }
    },
  })
  parts.track(ended)
  return { jobId }
}

interface Deleted {
  readonly trashId: string | null
  /** Why it is still there, else ''. */
  readonly reason: string
}

async function remove(core: Core, ref: Ref): Promise<Deleted> {
  const { trashId, error } = await deleteOne(core, ref, 'its login has ended at Telegram')
  return { trashId, reason: error === null ? '' : `It was not deleted. ${error.message}` }
}

const NOTES: Readonly<Partial<Record<ResultItem['outcome'], { action: string; verb: string }>>> = {
  'logged-out': { action: 'revoked', verb: 'Logged out' },
  already: { action: 'revoke-tried', verb: 'Found ended already:' },
  'in-doubt': { action: 'revoke-tried', verb: 'Lost the answer to logging out' },
  failed: { action: 'revoke-tried', verb: 'Could not log out' },
}

function note({ library }: Core, { ref, keyId }: Chosen, { outcome, login, name }: ResultItem): void {
  const words = NOTES[outcome]
  if (!words) return
  const entry = library.catalog.find(ref)
  const what = entry ? describeEntry(entry) : name
  const evidence = login ? ` (${login.evidence})` : ''
  library.audit.add({ action: words.action, text: `${words.verb} ${what} at Telegram${evidence}`, ref, keyId })
}

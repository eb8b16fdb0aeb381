import { setImmediate } from 'node:timers/promises'
import { quoted } from '../../shared/error-texts.ts'
import { fold } from '../sources/catalog-fold.ts'
import type { NewAuditEntry } from '../sources/audit-types.ts'
import type { Annotation, CatalogEntry } from '../sources/catalog-types.ts'
import type { Library, Ref } from '../sources/interfaces.ts'
import { describeEntry } from './account-words.ts'

/** Sessions that are changed before others get their turn. */
const BATCH = 100

/** Names, notes and tags of many sessions, and what was really changed in the activity of each. @returns how many there are */
export async function annotateSessions(
  library: Pick<Library, 'catalog' | 'audit'>,
  refs: readonly Ref[],
  annotation: Annotation,
): Promise<number> {
  const wanted: Annotation = {
    ...annotation,
    ...(annotation.name !== undefined && { name: annotation.name?.trim() || null }),
    addTags: annotation.addTags.map((tag) => tag.trim()).filter((tag) => tag !== ''),
  }
  let changed = 0
  for (let start = 0; start < refs.length; start += BATCH) {
    if (start > 0) await setImmediate()
    const batch = refs.slice(start, start + BATCH)
    // Before they change: the entries say what the names were.
    const entries = batch.flatMap((ref) => library.catalog.find(ref) ?? [])
    const news = entries.flatMap((entry) => changesOf(entry, wanted).map((change) => newsOf(entry, change)))
    changed += library.catalog.annotate(batch, wanted)
    library.audit.addAll(news)
  }
  return changed
}

interface Change {
  readonly action: 'renamed' | 'tagged' | 'noted'
  readonly text: string
}

function changesOf(entry: CatalogEntry, { name, note, addTags, removeTags }: Annotation): Change[] {
  const changes: Change[] = []
  const described = describeEntry(entry)
  if (name !== undefined && name !== entry.givenName) {
    changes.push({ action: 'renamed', text: `Renamed ${described} to ${quoted(name ?? entry.summary.name)}` })
  }
  const before = new Set(entry.tags.map(fold))
  const added = addTags.filter((tag) => !before.has(fold(tag)))
  const removed = removeTags.filter((tag) => before.has(fold(tag.trim())))
  if (added.length > 0) {
    changes.push({ action: 'tagged', text: `Tagged ${described} with ${added.map(quoted).join(', ')}` })
  }
  if (removed.length > 0) {
    changes.push({ action: 'tagged', text: `Took ${removed.map(quoted).join(', ')} off the tags of ${described}` })
  }
  if (note !== undefined && note !== entry.note) {
    // What it says is the person's own, and may be a secret.
    const verb = note === '' ? 'Removed' : entry.note === '' ? 'Wrote' : 'Changed'
    changes.push({ action: 'noted', text: `${verb} the note of ${described}` })
  }
  return changes
}

function newsOf({ ref, summary }: CatalogEntry, { action, text }: Change): NewAuditEntry {
  return { action, text, ref, keyId: summary.keyId }
}

import { Textarea } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { toastError } from '../../ui/toast.tsx'

/** Tags and note: what the person says about the session. Kept by the app, never written into the file. */
export function Annotations({ detail }: { detail: SessionDetail }) {
  const refs = [detail.row.ref]
  const [note, setNote] = useState(detail.note)

  async function removeTag(tag: string) {
    try {
      await api().sessions.annotate({ refs, removeTags: [tag] })
    } catch (error) {
      toastError(error)
    }
  }

  async function saveNote() {
    if (note === detail.note) return
    try {
      await api().sessions.annotate({ refs, note })
    } catch (error) {
      toastError(error)
    }
  }

  return (
    <>
      <h3>Tags</h3>
      <div className="tag-line">
        {detail.row.tags.map((tag) => (
          <button
            key={tag}
            type="button"
            className="chip"
            aria-label={`Remove tag ${safeText(tag, 50)}`}
            onClick={() => void removeTag(tag)}
          >
            <bdi>{safeText(tag, 50)}</bdi>
            <IconX size={12} aria-hidden />
          </button>
        ))}
        <button type="button" className="chip" onClick={() => openDialog('tags', { refs })}>
          <IconPlus size={12} aria-hidden /> Tag
        </button>
      </div>
      <h3 id="detail-note">Note</h3>
      <Textarea
        aria-labelledby="detail-note"
        placeholder="Where it runs, whose it is… Kept here, not in the file."
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        onBlur={() => void saveNote()}
      />
    </>
  )
}

import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAppData } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { Chip } from '../../ui/chip.tsx'
import { FormDialog } from '../../ui/form-dialog.tsx'

type Change = 'add' | 'remove'

/** Adds tags to sessions and takes tags away from them, all at once. */
export function TagsDialog({ refs, onClose }: DialogProps<'tags'>) {
  const known = useAppData((state) => state.counts?.tags) ?? []
  const [changes, setChanges] = useState<ReadonlyMap<string, Change>>(new Map())
  const [typed, setTyped] = useState('')
  const { busy, error, run } = useAttempt()
  const fresh = [...changes.keys()].filter((tag) => !known.some((one) => one.tag === tag))

  function change(tag: string, to: Change) {
    const next = new Map(changes)
    if (next.get(tag) === to) next.delete(tag)
    else next.set(tag, to)
    setChanges(next)
  }

  async function save() {
    const extra = typed.trim()
    const withKind = (kind: Change) => [...changes].filter(([, is]) => is === kind).map(([tag]) => tag)
    const addTags = [...withKind('add'), ...(extra === '' ? [] : [extra])]
    await api().sessions.annotate({ refs: [...refs], addTags, removeTags: withKind('remove') })
    onClose()
  }

  return (
    <FormDialog
      title="Tags"
      subtitle={plural(refs.length, 'session')}
      width={460}
      submitLabel="Save"
      ready={changes.size > 0 || typed.trim() !== ''}
      busy={busy}
      error={error}
      onSubmit={() => run(save)}
      onClose={onClose}
    >
      <TextInput
        label="New tag"
        placeholder="production"
        maxLength={50}
        value={typed}
        disabled={busy}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {known.length + fresh.length > 0 && (
        <ul className="tag-choice">
          {[...known.map(({ tag }) => tag), ...fresh].map((tag) => (
            <li key={tag}>
              <span className="ellipsis grow">{safeText(tag, 50)}</span>
              <Chip on={changes.get(tag) === 'add'} onClick={() => change(tag, 'add')}>
                Add
              </Chip>
              <Chip on={changes.get(tag) === 'remove'} onClick={() => change(tag, 'remove')}>
                Take away
              </Chip>
            </li>
          ))}
        </ul>
      )}
    </FormDialog>
  )
}

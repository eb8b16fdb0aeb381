import './export.css'
import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import type { DialogProps } from '../../app/dialogs.ts'
import { useRows } from '../../app/rows.ts'
import { sameRef } from '../../lib/refs.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { CopyButton } from './copy-button.tsx'
import { createExport, type ExportStore } from './export-store.ts'
import { titleOf } from './export-title.ts'
import { accountLine } from './holder-words.ts'
import { PlanStep } from './plan-step.tsx'
import { needsStore } from './store-targets.ts'
import { ResultStep } from './result-step.tsx'
import { SaveStep } from './save-step.tsx'
import type { Mode } from './target-start.ts'

interface Props extends DialogProps<'export'> {
  mode: Mode
}

/** Takes sessions out: which format, what is lost, what a holder can do, then show, copy or save. */
export function ExportDialog({ refs, mode, onClose }: Props) {
  const [store] = useState(() => createExport(refs, mode, ownFormat(refs)))
  const { step, plan, cancel } = useStore(store)
  useEffect(() => void store.getState().load(), [store])
  const [only] = plan?.items ?? []
  const single = refs.length === 1 ? only : undefined

  if (step === 'save') return <SaveStep store={store} mode={mode} refs={refs} onClose={onClose} />
  if (step === 'saving' || step === 'done') {
    return <ResultStep store={store} mode={mode} count={refs.length} onCancel={cancel} onClose={onClose} />
  }
  return (
    <DialogFrame
      title={titleOf(mode, refs.length, single?.name ?? null, plan?.medium ?? null)}
      subtitle={
        single === undefined
          ? refs.length > 1 && 'Each into a file of its own'
          : `${accountLine(single.account)}${single.inUse ? ' · in use' : ''}`
      }
      onClose={onClose}
      end={<PlanButtons store={store} onClose={onClose} />}
    >
      <PlanStep store={store} mode={mode} />
    </DialogFrame>
  )
}

/** The format of the session as the list knows it, to begin with its own library. */
function ownFormat(refs: Props['refs']): string | null {
  const [first] = refs
  if (first === undefined || refs.length > 1) return null
  const rows = [...useRows.getState().pages.values()].flat()
  return rows.find(({ ref }) => sameRef(ref, first))?.formatId ?? null
}

function PlanButtons({ store, onClose }: { store: ExportStore; onClose: () => void }) {
  const { formats, plan, planning, charLength, encrypt, target, values, change } = useStore(store)
  const [error, setError] = useState<unknown>(null)
  const [only] = plan?.items ?? []
  const format = formats.find(({ id }) => id === target?.formatId)
  const ready = plan !== null && !planning && plan.missing.length === 0
  const usable = ready && plan.items.some(({ blocked }) => blocked === null)
  return (
    <>
      {error !== null && <ErrorNotice error={error} />}
      <Button variant="default" onClick={onClose}>
        Cancel
      </Button>
      {plan?.medium === 'text' && plan.items.length === 1 && only !== undefined && target !== null && (
        <CopyButton
          what={{ ref: only.ref, target, values: { ...values } }}
          disabled={charLength === null || !usable}
          onError={setError}
        />
      )}
      <Button disabled={!usable} onClick={() => change({ step: 'save' })} data-autofocus>
        {needsStore(format) ? 'Choose the store…' : encrypt ? 'Save encrypted…' : 'Save plain…'}
      </Button>
    </>
  )
}

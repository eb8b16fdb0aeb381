import './store-source.css'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { loadSources } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { isOwnKind, storeLabel } from '../../lib/store-kinds.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { AddressField } from './address-field.tsx'
import { ConnectionFields } from './connection-fields.tsx'
import { isFilled } from './store-fields.ts'
import { createStoreForm, needsPasswordAgain } from './store-form.ts'
import { TestButton } from './test-button.tsx'
import { TestResult } from './test-result.tsx'

/** Another address, login or encryption for a store that is a source already. */
export function EditStoreDialog({ source, onClose }: DialogProps<'edit-store'>) {
  const { kind } = source.store.location
  const [form] = useState(() => createStoreForm(kind, source))
  useEffect(() => {
    if (isOwnKind(kind)) form.getState().loadOwn()
    return () => form.getState().cancelTest()
  }, [form, kind])
  const state = useStore(form)
  const { fields, saving, save } = state
  const ready = isFilled(fields) && !needsPasswordAgain(source, state)
  const submit = () =>
    save('', async ({ name }) => {
      await loadSources()
      toast({ message: `The connection of “${safeText(name, 60)}” is changed.` })
      onClose()
    })
  return (
    <FormDialog
      title={`Connection of “${safeText(source.name, 60)}”`}
      subtitle={storeLabel(source.store)}
      width={680}
      submitLabel="Save"
      ready={ready}
      busy={saving}
      extra={<TestButton form={form} />}
      onSubmit={submit}
      onClose={onClose}
    >
      <AddressField form={form} disabled={saving} />
      <ConnectionFields form={form} source={source} disabled={saving} />
      <TestResult form={form} />
    </FormDialog>
  )
}

import './store-source.css'
import { TextInput } from '@mantine/core'
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { addSamples } from '../../app/actions.ts'
import { loadSources, useAppData } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { showView } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { AddressField } from './address-field.tsx'
import { ConnectionFields } from './connection-fields.tsx'
import { FolderForm } from './folder-form.tsx'
import { type SourceKind, KindChoice } from './kind-choice.tsx'
import { pathProblem } from './path-problem.ts'
import { isFilled } from './store-fields.ts'
import { createStoreForm } from './store-form.ts'
import { TestButton } from './test-button.tsx'
import { TestResult } from './test-result.tsx'

/** Adds a place to look for sessions in: a folder, a file, or a store that bots share. */
export function AddSourceDialog({ path: given, store: beginsWithStore = false, onClose }: DialogProps<'add-source'>) {
  const [folder, setFolder] = useState({ path: given ?? '', name: '' })
  const [isStore, setIsStore] = useState(beginsWithStore)
  const [storeName, setStoreName] = useState('')
  const [form] = useState(() => createStoreForm('redis'))
  useEffect(() => {
    form.getState().loadOwn()
    return () => form.getState().cancelTest()
  }, [form])
  const store = useStore(form)
  const sources = useAppData((state) => state.sources) ?? []
  const adding = useAttempt()
  const busy = adding.busy || store.saving
  const kind: SourceKind = isStore ? store.fields.kind : 'folder'
  const ready = isStore
    ? isFilled(store.fields)
    : folder.path.trim() !== '' && pathProblem(folder.path, sources) === null

  function choose(next: SourceKind) {
    setIsStore(next !== 'folder')
    if (next === 'folder') store.cancelTest()
    else store.setKind(next)
  }

  async function show(sourceId: string) {
    await loadSources()
    showView({ kind: 'source', sourceId })
    onClose()
  }

  function submit() {
    if (isStore) return store.save(storeName, ({ id }) => show(id))
    const name = folder.name.trim()
    adding.run(async () => {
      const source = await api().sources.add({ path: folder.path.trim(), ...(name !== '' && { name }) })
      await show(source.id)
    })
  }

  return (
    <FormDialog
      title="Add a source"
      subtitle={
        isStore
          ? 'A store that bots share. It is only read until you allow writing for it.'
          : 'A folder or file with sessions in it, or a store that bots share'
      }
      width={680}
      submitLabel="Add source"
      ready={ready}
      busy={busy}
      error={isStore ? null : adding.error}
      extra={
        isStore ? (
          <TestButton form={form} />
        ) : (
          <button
            type="button"
            className="link push-left"
            disabled={busy}
            onClick={() => {
              onClose()
              void addSamples()
            }}
          >
            Look around with sample data
          </button>
        )
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <KindChoice value={kind} own={store.own} disabled={busy} onChange={choose} />
      {isStore ? (
        <>
          <AddressField form={form} disabled={busy} />
          <ConnectionFields form={form} source={null} disabled={busy}>
            <TextInput
              label="Name"
              placeholder="the host"
              description="Shown in the sidebar."
              inputWrapperOrder={['label', 'input', 'description']}
              maxLength={200}
              value={storeName}
              disabled={busy}
              onChange={(event) => setStoreName(event.currentTarget.value)}
            />
          </ConnectionFields>
          <TestResult form={form} />
        </>
      ) : (
        <FolderForm
          fields={folder}
          sources={sources}
          busy={busy}
          onChange={(change) => setFolder((fields) => ({ ...fields, ...change }))}
          onAddress={(text) => {
            setIsStore(true)
            store.readAddress(text)
          }}
        />
      )}
    </FormDialog>
  )
}

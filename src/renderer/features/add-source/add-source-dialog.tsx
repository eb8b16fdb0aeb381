import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { addSamples } from '../../app/actions.ts'
import { loadSources, useAppData } from '../../app/app-data.ts'
import { choosePaths } from '../../app/choose-paths.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { showView } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { KnownPlaces } from '../../ui/known-places.tsx'
import { PathField } from '../../ui/path-field.tsx'
import { toastError } from '../../ui/toast.tsx'
import { pathProblem } from './path-problem.ts'

const FORM_ID = 'add-source-form'

/** Adds a folder or a file to look for sessions in. */
export function AddSourceDialog({ path: given, onClose }: DialogProps<'add-source'>) {
  const [path, setPath] = useState(given ?? '')
  const [name, setName] = useState('')
  const sources = useAppData((state) => state.sources)
  const { busy, error, run } = useAttempt()
  const problem = pathProblem(path, sources ?? [])

  const submit = () =>
    run(async () => {
      const wanted = name.trim()
      const source = await api().sources.add({ path: path.trim(), ...(wanted !== '' && { name: wanted }) })
      await loadSources()
      showView({ kind: 'source', sourceId: source.id })
      onClose()
    })
  const browse = () =>
    choosePaths({ kind: 'folder', title: 'Choose a folder with sessions' }, ([picked]) => {
      if (picked !== undefined) setPath(picked)
    }).catch(toastError)

  return (
    <DialogFrame
      title="Add a source"
      subtitle="A folder with sessions in it, or a single session"
      width={560}
      onClose={onClose}
      dismissable={!busy}
      end={
        <>
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
          <Button variant="default" onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button type="submit" form={FORM_ID} loading={busy} disabled={path.trim() === '' || problem !== null}>
            Add source
          </Button>
        </>
      }
    >
      <form
        id={FORM_ID}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (problem === null && path.trim() !== '') submit()
        }}
      >
        <PathField
          label="Folder or file"
          placeholder="~/bots"
          value={path}
          autofocus
          disabled={busy}
          error={problem}
          description="Folders are searched to the bottom. What is not a session is left alone."
          onChange={setPath}
          onBrowse={() => void browse()}
        />
        <KnownPlaces
          title="On this machine"
          disabled={busy}
          onlyNew
          onPick={(place) => {
            setPath(place.path)
            setName(place.name)
          }}
        />
        <TextInput
          label="Name"
          description="Shown in the sidebar. Leave it empty to use the path."
          inputWrapperOrder={['label', 'input', 'description']}
          maxLength={200}
          value={name}
          disabled={busy}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        {error !== null && <ErrorNotice error={error} />}
        <p className="lead">
          Sources are only read: looking changes no byte, no date and no lock, also while a bot is running on the file.
          Nothing is written unless you delete, import into the folder or export to it.
        </p>
      </form>
    </DialogFrame>
  )
}

import { TextInput } from '@mantine/core'
import type { Source } from '../../../shared/contract/sources.ts'
import { choosePaths } from '../../app/choose-paths.ts'
import { KnownPlaces } from '../../ui/known-places.tsx'
import { PathField } from '../../ui/path-field.tsx'
import { toastError } from '../../ui/toast.tsx'
import { pathProblem } from './path-problem.ts'
import { looksLikeAddress } from './store-fields.ts'

interface FolderFields {
  path: string
  name: string
}

interface Props {
  fields: FolderFields
  sources: readonly Source[]
  busy: boolean
  onChange: (change: Partial<FolderFields>) => void
  /** The address of a server was pasted where a path belongs. */
  onAddress: (text: string) => void
}

/** A folder or a file by its path, or one of the places that are known. */
export function FolderForm({ fields: { path, name }, sources, busy, onChange, onAddress }: Props) {
  const browse = () =>
    choosePaths({ kind: 'folder', title: 'Choose a folder with sessions' }, ([picked]) => {
      if (picked !== undefined) onChange({ path: picked })
    }).catch(toastError)
  return (
    <>
      <PathField
        label="Folder or file"
        placeholder="~/bots"
        value={path}
        autofocus
        disabled={busy}
        error={pathProblem(path, sources)}
        description="Folders are searched to the bottom. What is not a session is left alone."
        onChange={(next) => (looksLikeAddress(next) ? onAddress(next) : onChange({ path: next }))}
        onBrowse={() => void browse()}
      />
      <KnownPlaces
        title="On this machine"
        disabled={busy}
        onlyNew
        onPick={(place) => onChange({ path: place.path, name: place.name })}
      />
      <TextInput
        label="Name"
        description="Shown in the sidebar. Leave it empty to use the path."
        inputWrapperOrder={['label', 'input', 'description']}
        maxLength={200}
        value={name}
        disabled={busy}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
      />
      <p className="lead">
        Sources are only read: looking changes no byte, no date and no lock, also while a bot is running on the file.
        Nothing is written unless you delete, import into the folder or export to it.
      </p>
    </>
  )
}

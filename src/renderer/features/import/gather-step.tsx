import { Button } from '@mantine/core'
import { IconFileImport } from '@tabler/icons-react'
import { type DragEvent, useRef, useState } from 'react'
import type { StoreApi } from 'zustand'
import { choosePaths, hasNativeDialogs } from '../../app/choose-paths.ts'
import { droppedFiles, TOO_MANY_FILES } from '../../lib/dropped-files.ts'
import { KnownPlaces } from '../../ui/known-places.tsx'
import { toast, toastError } from '../../ui/toast.tsx'
import type { ImportActions, ImportState } from './import-store.ts'
import { PasteField } from './paste-field.tsx'
import { UploadButton } from './upload-button.tsx'

interface Props {
  store: StoreApi<ImportState & ImportActions>
  disabled: boolean
}

/** Paste, drop or pick what to import. */
export function GatherStep({ store, disabled }: Props) {
  const { stageText, stagePaths, stageFiles } = store.getState()
  const [over, setOver] = useState(false)
  const depth = useRef(0)

  async function onDrop(event: DragEvent) {
    event.preventDefault()
    depth.current = 0
    setOver(false)
    const text = event.dataTransfer.getData('text/plain')
    const { paths, files, isCut } = await droppedFiles(event.dataTransfer)
    if (isCut) toast({ message: TOO_MANY_FILES, kind: 'error' })
    else if (paths.length > 0) stagePaths(paths)
    else if (files.length > 0) stageFiles(files)
    else if (text.trim() !== '') stageText(text)
  }
  const browse = (kind: 'files' | 'folder' | 'open') =>
    void choosePaths({ kind, title: 'Choose sessions to import' }, stagePaths).catch(toastError)

  return (
    <div className="stack">
      <PasteField disabled={disabled} onText={stageText} />
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the buttons inside do the same */}
      <div
        className="import-drop"
        role="group"
        aria-label="Files and folders"
        data-over={over}
        onDragEnter={() => {
          depth.current += 1
          setOver(true)
        }}
        onDragLeave={() => {
          depth.current -= 1
          if (depth.current <= 0) setOver(false)
        }}
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => void onDrop(event)}
      >
        <IconFileImport size={26} stroke={1.4} aria-hidden />
        <div>
          Drop files or folders here
          <div className="dim small">Sessions of any library, text files with strings, whole folders, tdata</div>
        </div>
        <span className="grow" />
        {hasNativeDialogs() ? (
          <>
            <Button variant="default" disabled={disabled} onClick={() => browse('files')}>
              Choose files…
            </Button>
            <Button variant="default" disabled={disabled} onClick={() => browse('folder')}>
              Choose folder…
            </Button>
          </>
        ) : (
          <>
            <UploadButton disabled={disabled} onFiles={stageFiles} />
            <UploadButton folder disabled={disabled} onFiles={stageFiles} />
            <Button variant="default" disabled={disabled} onClick={() => browse('open')}>
              Browse the server…
            </Button>
          </>
        )}
      </div>
      <KnownPlaces title="On this machine" disabled={disabled} onPick={({ path }) => stagePaths([path])} />
    </div>
  )
}

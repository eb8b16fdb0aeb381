import { IconFileImport } from '@tabler/icons-react'
import { type DragEvent, type ReactNode, useRef, useState } from 'react'
import { droppedFiles, TOO_MANY_FILES } from '../lib/dropped-files.ts'
import { toast } from '../ui/toast.tsx'
import { openDialog } from './dialogs.ts'

/** Files and folders dropped anywhere on the window go to the import. */
export function DropZone({ children }: { children: ReactNode }) {
  const [over, setOver] = useState(false)
  // Enter and leave also fire for every child.
  const depth = useRef(0)
  const carriesFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')

  async function onDrop(event: DragEvent) {
    depth.current = 0
    setOver(false)
    if (!carriesFiles(event)) return
    event.preventDefault()
    const { paths, files, isCut } = await droppedFiles(event.dataTransfer)
    if (isCut) toast({ message: TOO_MANY_FILES, kind: 'error' })
    else if (paths.length > 0) openDialog('import', { paths })
    else if (files.length > 0) openDialog('import', { files })
    else toast({ message: 'There was no file in what was dropped.', kind: 'error' })
  }

  return (
    <div
      className="drop-zone"
      role="presentation"
      onDragEnter={(event) => {
        if (!carriesFiles(event)) return
        depth.current += 1
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!carriesFiles(event)) return
        depth.current -= 1
        if (depth.current <= 0) setOver(false)
      }}
      onDragOver={(event) => {
        if (carriesFiles(event)) event.preventDefault()
      }}
      onDrop={(event) => void onDrop(event)}
    >
      {children}
      {over && (
        <div className="drop-veil">
          <IconFileImport size={40} stroke={1.4} aria-hidden />
          Drop session files or folders to import them
        </div>
      )}
    </div>
  )
}

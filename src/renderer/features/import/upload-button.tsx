import { Button } from '@mantine/core'
import { useRef } from 'react'
import type { Upload } from '../../api/files.ts'
import { uploadsOf } from '../../lib/dropped-files.ts'

interface Props {
  disabled: boolean
  /** A whole folder, with the way of each file in it. */
  folder?: boolean
  onFiles: (files: readonly Upload[]) => void
}

/** Files, or a folder, from the machine the browser runs on. */
export function UploadButton({ disabled, folder = false, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null)
  function choose() {
    if (input.current === null) return
    // No attribute that React knows.
    input.current.webkitdirectory = folder
    input.current.click()
  }

  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={folder ? 'Folder to upload' : 'Files to upload'}
        onChange={(event) => {
          const files = uploadsOf([...(event.currentTarget.files ?? [])])
          event.currentTarget.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
      <Button variant="default" disabled={disabled} onClick={choose}>
        {folder ? 'Upload folder…' : 'Upload files…'}
      </Button>
    </>
  )
}

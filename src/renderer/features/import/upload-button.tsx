import { Button } from '@mantine/core'
import { useRef } from 'react'

interface Props {
  disabled: boolean
  onFiles: (files: readonly File[]) => void
}

/** Files from the machine the browser runs on. */
export function UploadButton({ disabled, onFiles }: Props) {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label="Files to upload"
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])]
          event.currentTarget.value = ''
          if (files.length > 0) onFiles(files)
        }}
      />
      <Button variant="default" disabled={disabled} onClick={() => input.current?.click()}>
        Upload files…
      </Button>
    </>
  )
}

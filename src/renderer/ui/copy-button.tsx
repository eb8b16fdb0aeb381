import { ActionIcon } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

interface Props {
  /** Not for secrets: those are copied by the export dialog, which clears the clipboard again. */
  text: string
  /** Names it: "Key id". */
  what: string
}

export function CopyButton({ text, what }: Props) {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1500)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <ActionIcon
      size={20}
      aria-label={copied ? `${what} copied` : `Copy: ${what}`}
      title={copied ? 'Copied' : `Copy: ${what}`}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {copied ? <IconCheck size={13} aria-hidden /> : <IconCopy size={13} aria-hidden />}
    </ActionIcon>
  )
}

import { Modal } from '@mantine/core'
import { type ReactNode, useEffect, useId } from 'react'
import { create } from 'zustand'

/** Open frames, the topmost last: Escape closes that one alone. */
const useFrames = create<readonly string[]>()(() => [])

interface Props {
  title: ReactNode
  subtitle?: ReactNode | undefined
  /** Pixels. */
  width?: number
  onClose: () => void
  /** False while something must not be interrupted by Escape or a click outside. */
  dismissable?: boolean
  children: ReactNode
  /** Buttons, the default one last. */
  end?: ReactNode
}

/** The frame of every dialog: title, who or what it is about, content, buttons. */
export function DialogFrame({ title, subtitle, width = 620, onClose, dismissable = true, children, end }: Props) {
  const id = useId()
  const top = useFrames((frames) => frames.at(-1) === id || !frames.includes(id))
  useEffect(() => {
    useFrames.setState((frames) => [...frames, id], true)
    // Later, so that the key press that closed this frame does not reach the one below as well.
    return () => void setTimeout(() => useFrames.setState((frames) => frames.filter((frame) => frame !== id), true))
  }, [id])
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      size={width}
      radius={14}
      closeOnClickOutside={dismissable}
      closeOnEscape={dismissable && top}
      trapFocus={top}
      withCloseButton={dismissable}
      title={
        <>
          <div className="dialog-title">{title}</div>
          {subtitle !== undefined && <div className="dialog-subtitle">{subtitle}</div>}
        </>
      }
      // A dialog's head is no banner of the page.
      attributes={{ header: { role: 'presentation' } }}
      styles={{
        header: { padding: `16px 20px ${subtitle === undefined ? 8 : 14}px`, alignItems: 'flex-start', minHeight: 0 },
        body: { padding: end === undefined ? '0 20px 20px' : '0 20px 0' },
        title: { minWidth: 0, overflowWrap: 'anywhere' },
        content: { border: '1px solid var(--line)', boxShadow: 'var(--shadow)' },
      }}
    >
      {children}
      {end !== undefined && <div className="dialog-end">{end}</div>}
    </Modal>
  )
}

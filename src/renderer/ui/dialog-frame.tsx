import { Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTopmost } from './topmost.ts'

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
  const top = useTopmost(() => {
    if (dismissable) onClose()
  })
  return (
    <Modal
      opened
      centered
      onClose={onClose}
      size={width}
      radius={14}
      closeOnClickOutside={dismissable}
      closeOnEscape={false}
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

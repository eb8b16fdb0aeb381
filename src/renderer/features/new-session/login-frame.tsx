import { Button } from '@mantine/core'
import type { ReactNode } from 'react'
import { DialogFrame } from '../../ui/dialog-frame.tsx'

interface FrameProps {
  subtitle?: ReactNode
  onBack: () => void
  onClose: () => void
  children: ReactNode
}

/** The frame of a login under way: only its buttons end it. */
export function LoginFrame({ subtitle, onBack, onClose, children }: FrameProps) {
  return (
    <DialogFrame
      title="Signing in"
      subtitle={subtitle}
      width={580}
      onClose={onClose}
      dismissable={false}
      end={
        <>
          <Button variant="default" className="push-left" onClick={onBack}>
            Back
          </Button>
          <Button variant="default" onClick={onClose} data-autofocus>
            Cancel
          </Button>
        </>
      }
    >
      {children}
    </DialogFrame>
  )
}

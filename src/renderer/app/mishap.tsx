import { Component, type ReactNode } from 'react'
import { toast } from '../ui/toast.tsx'

interface Props {
  onMishap: () => void
  children: ReactNode
}

/**
 * Keeps the rest of the window when a part of it fails: most likely its file is no longer there, because the program was
 * replaced while the window was open.
 */
export class Mishap extends Component<Props, { failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidCatch(): void {
    this.props.onMishap()
    toast({
      kind: 'error',
      message: 'This dialog could not be shown. The program may have been updated meanwhile: load the window anew.',
      action: { label: 'Load anew', run: () => location.reload() },
    })
  }

  override render(): ReactNode {
    return this.state.failed ? null : this.props.children
  }
}

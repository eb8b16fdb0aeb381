import type { CSSProperties } from 'react'
import { libraryMark } from '../lib/library-marks.ts'

interface MarkProps {
  library: string
}

/** The small tile that stands for a library. Its name is always beside it, so it says nothing of its own. */
export function LibraryMark({ library }: MarkProps) {
  const { letters, hue } = libraryMark(library)
  return (
    <span className="library-mark" aria-hidden="true" style={{ '--mark-hue': hue } as CSSProperties}>
      {letters}
    </span>
  )
}

interface BadgeProps extends MarkProps {
  label: string
}

export function LibraryBadge({ library, label }: BadgeProps) {
  return (
    <span className="badge badge-library">
      <LibraryMark library={library} />
      {label}
    </span>
  )
}

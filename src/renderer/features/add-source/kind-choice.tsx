import { SegmentedControl, Select } from '@mantine/core'
import type { AnyStoreKind } from '../../../shared/contract/common.ts'
import type { CustomBackend } from '../../../shared/contract/extensions.ts'
import { safeText } from '../../lib/safe-text.ts'

export type SourceKind = 'folder' | AnyStoreKind

interface Choice {
  value: SourceKind
  label: string
}

const KINDS: Choice[] = [
  { value: 'folder', label: 'Folder, file' },
  { value: 'redis', label: 'Redis' },
  { value: 'mongodb', label: 'MongoDB' },
  { value: 'postgres', label: 'PostgreSQL' },
  { value: 'mysql', label: 'MySQL, MariaDB' },
  { value: 'libsql', label: 'libSQL' },
]

interface Props {
  value: SourceKind
  /** Backends of the person's own that are on. */
  own: readonly CustomBackend[]
  disabled: boolean
  onChange: (kind: SourceKind) => void
}

/** What is added: side by side, or one below the other where modules add kinds of their own. */
export function KindChoice({ value, own, disabled, onChange }: Props) {
  const pick = (next: string | null) => {
    if (next !== null) onChange(next as SourceKind)
  }
  if (own.length === 0) {
    return (
      <SegmentedControl
        fullWidth
        aria-label="Kind of source"
        disabled={disabled}
        data={KINDS}
        value={value}
        onChange={pick}
      />
    )
  }
  const choices = own.map(({ kind, label }): Choice => ({ value: kind, label: `${safeText(label, 40)} (own module)` }))
  return (
    <Select
      label="Kind of source"
      description={own.find(({ kind }) => kind === value)?.help}
      inputWrapperOrder={['label', 'input', 'description']}
      allowDeselect={false}
      disabled={disabled}
      data={[...KINDS, ...choices]}
      value={value}
      onChange={pick}
    />
  )
}

import { SegmentedControl, Select } from '@mantine/core'
import type { Plan, Target } from '../../../shared/contract/exports.ts'
import type { Format } from '../../../shared/contract/formats.ts'
import { defaultTarget, targetChoices, targetOf, targetValue } from '../../lib/targets.ts'
import { LibraryMark } from '../../ui/library-badge.tsx'
import { type Mode, offeredFormats } from './target-start.ts'

interface Props {
  formats: readonly Format[]
  mode: Mode
  /** Whose servers made the keys. */
  servers: Plan['servers']
  target: Target
  disabled: boolean
  onChange: (target: Target) => void
}

/** Libraries beside each other; the others behind "More". */
const SEGMENTS = 5
const MORE = 'more'

/** The library first, then which of its shapes. */
export function TargetPicker({ formats, mode, servers, target, disabled, onChange }: Props) {
  const offered = offeredFormats(formats, mode, servers)
  const current = offered.find(({ id }) => id === target.formatId)
  const libraries = [...new Map(offered.map(({ library, libraryLabel }) => [library, libraryLabel]))]
  const shown = libraries.length <= SEGMENTS + 1 ? libraries : libraries.slice(0, SEGMENTS)
  const rest = libraries.slice(shown.length)
  const library = current?.library ?? ''
  const inRest = rest.some(([id]) => id === library)
  const groups = targetChoices(offered, (format) =>
    inRest ? rest.some(([id]) => id === format.library) : format.library === library,
  )
  const choices = groups.flatMap(({ items }) => items)
  const libraryOf = new Map(
    offered.flatMap((format) =>
      format.variants.map(({ id, library: writer }) => [targetValue({ formatId: format.id, variant: id }), writer]),
    ),
  )

  function pickLibrary(value: string) {
    const wanted = value === MORE ? rest[0]?.[0] : value
    // The same kind of thing of the other library, where it has one.
    const same = offered.find((format) => format.library === wanted && format.medium === current?.medium)
    const format = same ?? offered.find((one) => one.library === wanted)
    if (format !== undefined) onChange(defaultTarget(format))
  }

  return (
    <div className="target-picker">
      {libraries.length > 1 && (
        <SegmentedControl
          fullWidth
          aria-label="Library"
          disabled={disabled}
          value={inRest ? MORE : library}
          data={[
            ...shown.map(([value, label]) => ({ value, label })),
            ...(rest.length > 0 ? [{ value: MORE, label: 'More…' }] : []),
          ]}
          onChange={pickLibrary}
        />
      )}
      {choices.length > 1 && (
        <Select
          aria-label="Format"
          allowDeselect={false}
          disabled={disabled}
          data={groups.length === 1 ? choices : groups}
          searchable={groups.length > 1}
          renderOption={({ option }) => (
            <span className="target-option">
              <LibraryMark library={libraryOf.get(option.value) ?? ''} />
              {option.label}
            </span>
          )}
          value={targetValue(target)}
          onChange={(value) => value !== null && onChange(targetOf(value))}
        />
      )}
      {current !== undefined && <p className="target-help dim">{current.help}</p>}
    </div>
  )
}

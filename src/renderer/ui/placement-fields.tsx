import './placement-fields.css'
import { Select } from '@mantine/core'
import type { Format } from '../../shared/contract/formats.ts'
import type { Source } from '../../shared/contract/sources.ts'
import {
  type Destination,
  destinationChoices,
  destinationHelp,
  destinationOf,
  isBuiltIn,
  type Placement,
  storeKindOf,
  valueOf,
} from '../lib/destination.ts'
import { defaultTarget, targetChoices, targetOf, targetValue } from '../lib/targets.ts'
import { PathField } from './path-field.tsx'
import { type AskedField, ValueField } from './value-field.tsx'

const KEEP = 'keep'

interface Props {
  /** "Import into" */
  label: string
  /** Of the file dialog. */
  folderTitle: string
  placement: Placement
  sources: readonly Source[]
  formats: readonly Format[]
  /** The sessions have a format of their own, which can be kept. */
  own?: boolean
  /** Nothing can be sealed yet: a passphrase is asked for on the way. */
  needsPassphrase: boolean
  /** What the format needs and the sessions do not hold. */
  asked?: readonly AskedField[]
  values?: Readonly<Record<string, string>>
  disabled?: boolean
  browse: (question: { kind: 'folder'; title: string }, onPicked: (paths: readonly string[]) => void) => void
  onChange: (placement: Placement) => void
  onValues?: (values: Readonly<Record<string, string>>) => void
}

/** Where sessions go, in which format, and what that format still needs. */
export function PlacementFields({
  label,
  folderTitle,
  placement,
  sources,
  formats,
  own = false,
  needsPassphrase,
  asked = [],
  values = {},
  disabled = false,
  browse,
  onChange,
  onValues,
}: Props) {
  const { destination, target } = placement
  const storeKind = storeKindOf(destination, sources)
  const sealing = needsPassphrase && valueOf(destination) === 'vault'

  /** A store holds its own formats: the usual one is taken at first. */
  function setDestination(next: Destination) {
    const kind = storeKindOf(next, sources)
    const usual = kind === null ? undefined : formats.find(({ stores }) => stores.includes(kind))
    const kept = kind === storeKind ? target : usual === undefined ? null : defaultTarget(usual)
    onChange({ destination: next, target: kept })
  }
  const setFolder = (path: string) => onChange({ destination: { kind: 'folder', path }, target })

  return (
    <div className="placement">
      <div className="placement-row">
        <Select
          className="grow"
          label={label}
          allowDeselect={false}
          disabled={disabled}
          data={destinationChoices(sources)}
          value={valueOf(destination)}
          description={`${destinationHelp(destination, storeKind, !own)}${sealing ? ' It needs a passphrase first; you will be asked.' : ''}`}
          inputWrapperOrder={['label', 'input', 'description']}
          onChange={(value) => value !== null && setDestination(destinationOf(value))}
        />
        {!isBuiltIn(destination) && (
          <Select
            className="grow"
            label="Format"
            placeholder="Choose a format"
            allowDeselect={false}
            disabled={disabled}
            data={
              storeKind === null
                ? [
                    ...(own ? [{ value: KEEP, label: 'As they are' }] : []),
                    ...targetChoices(formats, ({ writable, server }) => writable && (own || server !== 'mtpylon')),
                  ]
                : targetChoices(formats, ({ stores }) => stores.includes(storeKind))
            }
            value={target === null ? (storeKind === null && own ? KEEP : null) : targetValue(target)}
            onChange={(value) =>
              onChange({ destination, target: value === null || value === KEEP ? null : targetOf(value) })
            }
          />
        )}
      </div>
      {destination.kind === 'folder' && (
        <PathField
          label="Folder"
          placeholder="~/bots"
          value={destination.path}
          disabled={disabled}
          onChange={setFolder}
          onBrowse={() =>
            browse({ kind: 'folder', title: folderTitle }, ([path]) => {
              if (path !== undefined) setFolder(path)
            })
          }
        />
      )}
      {asked.map((field) => (
        <ValueField
          key={field.name}
          field={field}
          value={values[field.name] ?? ''}
          required
          onChange={(value) => onValues?.({ ...values, [field.name]: value })}
        />
      ))}
    </div>
  )
}

import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { type StoreApi, useStore } from 'zustand'
import type { Format } from '../../../shared/contract/formats.ts'
import { useAppData } from '../../app/app-data.ts'
import { choosePaths } from '../../app/choose-paths.ts'
import { isBuiltIn } from '../../lib/destination.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { PlacementFields } from '../../ui/placement-fields.tsx'
import { toastError } from '../../ui/toast.tsx'
import { ImportItemRow } from './import-item-row.tsx'
import { canImport, type ImportActions, type ImportState, pendingItems } from './import-store.ts'
import { fieldsToAsk } from './missing-fields.ts'

const SHOWN_AT_FIRST = 60

interface Props {
  store: StoreApi<ImportState & ImportActions>
  formats: readonly Format[]
}

/** What was found, and where it goes. */
export function ReviewStep({ store, formats }: Props) {
  const state = useStore(store)
  const { items, ignored, unit, included, names, results, phase, choose, unlock, include, includeAll, rename } = state
  const [shown, setShown] = useState(SHOWN_AT_FIRST)
  const usable = items.filter(canImport)
  const fixed = phase !== 'review'
  const origins = new Map(items.map(({ id, origin }) => [id, origin]))
  return (
    <div className="stack">
      <div className="import-head">
        {usable.length > 1 && !fixed && (
          <Checkbox
            aria-label="Import all"
            checked={included.size === usable.length}
            indeterminate={included.size > 0 && included.size < usable.length}
            onChange={(event) => includeAll(event.currentTarget.checked)}
          />
        )}
        <span role="status">{summary(state)}</span>
        {ignored > 0 && (
          <span className="dim">
            {plural(ignored, `other ${unit} is not a session`, `other ${unit}s are not sessions`)}
          </span>
        )}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and holds nothing to tab to once it is written */}
      <ul className="import-items" aria-label="Sessions found" tabIndex={fixed ? 0 : undefined}>
        {items.slice(0, shown).map((item) => (
          <ImportItemRow
            key={item.id}
            item={item}
            sameAs={item.duplicateOf === null ? null : (origins.get(item.duplicateOf) ?? null)}
            included={included.has(item.id)}
            name={names.get(item.id) ?? item.preview?.name ?? ''}
            result={results.get(item.id)}
            fixed={fixed}
            onInclude={(on) => include(item.id, on)}
            onName={(name) => rename(item.id, name)}
            onChoose={(formatId) => choose(item.id, formatId)}
            onUnlock={(passcode) => unlock(item.id, passcode)}
          />
        ))}
      </ul>
      {items.length > shown && (
        <Button variant="subtle" onClick={() => setShown(shown + 200)}>
          Show more ({formatCount(items.length - shown)} left)
        </Button>
      )}
      {!fixed && usable.length > 0 && <DestinationFields store={store} formats={formats} />}
    </div>
  )
}

function summary({ items, phase, results }: ImportState): string {
  const found = items.filter(canImport).length
  if (phase === 'review') {
    const locked = items.filter(({ passcode }) => passcode !== null).length
    const bad = items.length - found - locked
    return [
      `Found ${plural(found, 'session')}`,
      locked > 0 ? `${formatCount(locked)} locked` : '',
      bad > 0 ? `${formatCount(bad)} could not be read` : '',
    ]
      .filter((part) => part !== '')
      .join(', ')
  }
  const all = [...results.values()]
  const failed = all.filter(({ error }) => error !== null).length
  const text = `Imported ${plural(all.length - failed, 'session')}`
  return failed > 0 ? `${text}, ${formatCount(failed)} failed` : text
}

function DestinationFields({ store, formats }: Props) {
  const { destination, target, values, items, included, change } = useStore(store)
  const sources = useAppData((state) => state.sources)
  const needsPassphrase = useAppData((state) => state.protection?.state) === 'none'
  return (
    <PlacementFields
      label="Import into"
      folderTitle="Choose a folder to import into"
      placement={{ destination, target }}
      sources={sources ?? []}
      formats={formats}
      own
      needsPassphrase={needsPassphrase}
      asked={isBuiltIn(destination) ? [] : fieldsToAsk(pendingItems({ items, included }), target, formats)}
      values={values}
      browse={(question, onPicked) => void choosePaths(question, onPicked).catch(toastError)}
      onChange={change}
      onValues={(next) => change({ values: next })}
    />
  )
}

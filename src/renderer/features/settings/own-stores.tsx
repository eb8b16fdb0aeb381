import { Button } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import type { Extension, Extensions } from '../../../shared/contract/extensions.ts'
import { choosePaths } from '../../app/choose-paths.ts'
import { openDialog } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { PathField } from '../../ui/path-field.tsx'
import { toastError } from '../../ui/toast.tsx'

interface Props {
  /** Gets the focus when the dialog opens. */
  autofocus: boolean
}

/** The folder of the person's own modules, and which of them are on. */
export function OwnStores({ autofocus }: Props) {
  const form = useRef<HTMLFormElement>(null)
  const problem = useRef<HTMLDivElement>(null)
  const [known, setKnown] = useState<Extensions | null>(null)
  const [path, setPath] = useState('')
  const { busy, error, run } = useAttempt()

  function show(extensions: Extensions) {
    setKnown(extensions)
    setPath(extensions.folder ?? '')
  }
  useEffect(() => {
    api().extensions.list().then(show, toastError)
  }, [])

  // The field can have the focus once the folder is known, and that may be after the dialog gave it away.
  const isKnown = known !== null
  useEffect(() => {
    if (autofocus && isKnown) form.current?.querySelector('input')?.focus()
  }, [autofocus, isKnown])

  // Below the end of a long dialog it could appear unseen.
  useEffect(() => {
    if (error !== null) problem.current?.scrollIntoView({ block: 'nearest' })
  }, [error])

  const name = (folder: string) =>
    run(async () => show(await api().extensions.setFolder({ folder: folder.trim() === '' ? null : folder })))
  const browse = () =>
    choosePaths({ kind: 'folder', title: 'Choose the folder of your modules' }, ([picked]) => {
      if (picked !== undefined) name(picked)
    }).catch(toastError)
  const isChanged = known !== null && path.trim() !== (known.folder ?? '')

  return (
    <form
      ref={form}
      className="own-stores"
      onSubmit={(event) => {
        event.preventDefault()
        if (isChanged) name(path)
      }}
    >
      <PathField
        label="Folder of modules"
        placeholder="None"
        value={path}
        autofocus={autofocus}
        disabled={busy || known === null}
        description="Modules for sessions your bots keep in a way, or a store, of their own. Each is off until you enable it."
        error={known?.missing ? 'This folder cannot be read.' : undefined}
        onChange={setPath}
        onBrowse={() => void browse()}
      />
      {isChanged && (
        <Button type="submit" size="xs" variant="default" disabled={busy}>
          {path.trim() === '' ? 'Forget the folder' : 'Use this folder'}
        </Button>
      )}
      {error !== null && (
        <div ref={problem} className="own-stores-problem">
          <ErrorNotice error={error} />
        </div>
      )}
      {known !== null && known.folder !== null && !known.missing && known.modules.length === 0 && (
        <p className="dim">No module lies in it: their names end in .mjs.</p>
      )}
      {known !== null && known.modules.length > 0 && (
        <ul className="modules" aria-label="Modules">
          {known.modules.map((module) => (
            <ModuleRow
              key={module.path}
              module={module}
              busy={busy}
              onEnable={() => openDialog('enable-module', { module, onEnabled: show })}
              onDisable={() => run(async () => show(await api().extensions.disable({ path: module.path })))}
            />
          ))}
        </ul>
      )}
    </form>
  )
}

interface RowProps {
  module: Extension
  busy: boolean
  onEnable: () => void
  onDisable: () => void
}

function ModuleRow({ module, busy, onEnable, onDisable }: RowProps) {
  const { name, path, sha256, kind, label, enabled, problem } = module
  const state = enabled ? 'On' : 'Off'
  return (
    <li className="module">
      <div className="module-text">
        <div>
          <strong>{safeText(name, 80)}</strong> · {state}
          {label !== null && (
            <>
              {' '}
              · {safeText(label, 80)}, {kind === 'backend' ? 'a kind of store' : 'a format'}
            </>
          )}
        </div>
        <div className="dim">{safeText(path, 300)}</div>
        {sha256 !== '' && (
          <div className="dim module-hash" title={`SHA-256 ${sha256}`}>
            SHA-256 {sha256.slice(0, 12)}…
          </div>
        )}
        {problem !== null && <div className="module-problem">Not used: {safeText(problem, 300)}</div>}
      </div>
      {enabled ? (
        <Button size="xs" variant="default" disabled={busy} aria-label={`Disable ${name}`} onClick={onDisable}>
          Disable
        </Button>
      ) : (
        <Button
          size="xs"
          variant="default"
          disabled={busy || sha256 === ''}
          aria-label={`Enable ${name}`}
          onClick={onEnable}
        >
          Enable…
        </Button>
      )}
    </li>
  )
}

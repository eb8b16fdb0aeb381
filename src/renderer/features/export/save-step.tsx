import { Button, Checkbox, Select } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import { useAppData } from '../../app/app-data.ts'
import { choosePaths } from '../../app/choose-paths.ts'
import { type DialogProps, openDialog } from '../../app/dialogs.ts'
import { safeText } from '../../lib/safe-text.ts'
import type { StoreSource } from '../../lib/store-kinds.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isComplete, NewPassphrase, NO_PASSPHRASE } from '../../ui/new-passphrase.tsx'
import { Notice } from '../../ui/notice.tsx'
import { PathField } from '../../ui/path-field.tsx'
import { toastError } from '../../ui/toast.tsx'
import { type ExportStore, writable } from './export-store.ts'
import { titleOf } from './export-title.ts'
import { accountLine, holderWords, type Thing, thingOf } from './holder-words.ts'
import {
  canEncrypt,
  choiceOf,
  destinationOfChoice,
  fittingDestination,
  isSealedSource,
  saveChoices,
  suggestedFileName,
  withAge,
} from './save-destination.ts'
import { storesFor } from './store-targets.ts'
import type { Mode } from './target-start.ts'

const MIN_CHARS = 8

interface Props {
  store: ExportStore
  mode: Mode
  refs: DialogProps<'export'>['refs']
  onClose: () => void
}

/** Where it goes, and the passphrase or the plain confirmation. */
export function SaveStep({ store, mode, refs, onClose }: Props) {
  const { plan, formats, target, encrypt, destination: chosen, overwrite, error, change, save } = useStore(store)
  const info = useAppData((state) => state.info)
  const sources = useAppData((state) => state.sources)
  const [passphrase, setPassphrase] = useState(NO_PASSPHRASE)
  const [confirmed, setConfirmed] = useState(false)
  const [typed, setTyped] = useState<string | null>(null)

  const many = refs.length > 1
  const format = formats.find(({ id }) => id === target?.formatId)
  const [first] = plan?.items ?? []
  const destination = fittingDestination(chosen, { many, format, sources: sources ?? [] })
  const shared = storesFor(format, sources ?? []).find(
    ({ id }) => destination.kind === 'source' && destination.sourceId === id,
  )
  const encrypted = encrypt && canEncrypt(destination)
  const fileName = suggestedFileName(first?.name ?? 'session', format, encrypted)
  const separator = info?.platform === 'win32' ? '\\' : '/'
  const home = info?.home ?? '~'
  const suggested = many ? `${home}${separator}session-export` : `${home}${separator}${fileName}`
  const hasPath = destination.kind === 'file' || destination.kind === 'folder'
  const path = typed ?? (hasPath && destination.path !== '' ? withAge(destination.path, encrypted) : suggested)
  const thing = thingOf(format)
  const words = holderWords(shared === undefined ? thing : 'entry', writable(plan))
  const nowhere = destination.kind === 'source' && destination.sourceId === ''
  const plain = !encrypted && !isSealedSource(destination)
  const ready =
    !nowhere &&
    (!hasPath || path.trim() !== '') &&
    (encrypted ? isComplete(passphrase, MIN_CHARS) : !plain || confirmed)

  function submit() {
    change({ destination: hasPath ? { ...destination, path: path.trim() } : destination })
    const secret = encrypted ? passphrase.first : null
    setPassphrase(NO_PASSPHRASE)
    save(secret)
  }
  const submitLabel = encrypted
    ? 'Save encrypted'
    : nowhere
      ? 'Write into the store'
      : shared !== undefined
        ? `Write into “${safeText(shared.name, 30)}”`
        : plain
          ? `Save plain, mode ${thing === 'folder' ? '0700' : '0600'}`
          : 'Save into the vault'
  const browse = () =>
    choosePaths(
      many
        ? { kind: 'folder', title: 'Choose a folder to save into' }
        : { kind: 'save', title: 'Save the session as', suggestedName: fileName },
      ([picked]) => {
        if (picked !== undefined) setTyped(picked)
      },
    ).catch(toastError)

  return (
    <FormDialog
      title={titleOf(mode, writable(plan).length, many ? null : (first?.name ?? null), plan?.medium ?? null)}
      subtitle={many || first === undefined ? undefined : accountLine(first.account)}
      width={620}
      submitLabel={submitLabel}
      ready={ready}
      danger={plain}
      error={error}
      extra={
        <Button variant="default" onClick={() => change({ step: 'plan' })}>
          Back
        </Button>
      }
      onSubmit={submit}
      onClose={onClose}
    >
      <Select
        label="Save to"
        allowDeselect={false}
        data={saveChoices(sources ?? [], { many, thing, download: info?.shell === 'headless', format })}
        value={nowhere ? null : choiceOf(destination)}
        placeholder="Choose a store"
        onChange={(choice) => {
          setConfirmed(false)
          if (choice !== null) change({ destination: destinationOfChoice(choice, ''), overwrite: false })
        }}
      />
      {hasPath && (
        <PathField
          label={many || thing === 'folder' ? 'Folder' : 'File'}
          value={path}
          description={pathHelp(many, thing, encrypted)}
          onChange={setTyped}
          onBrowse={() => void browse()}
        />
      )}
      {canEncrypt(destination) && (
        <Checkbox
          label="Encrypt with a passphrase (age)"
          description="Opens with the age program: age --decrypt, on any machine."
          checked={encrypt}
          onChange={(event) => {
            const on = event.currentTarget.checked
            setConfirmed(false)
            if (typed !== null && !many) setTyped(withAge(typed, on))
            change({ encrypt: on })
          }}
        />
      )}
      {encrypted && <NewPassphrase value={passphrase} onChange={setPassphrase} minChars={MIN_CHARS} />}
      {nowhere && <WritingOff stores={storesFor(format, sources ?? [])} />}
      {shared !== undefined && (
        <Notice kind="warning">
          <p className="export-plain">
            <strong>{words.claim}</strong> It is written as it is, not encrypted: that is how programs read it there.
            Nothing in the store is replaced.
          </p>
          <Checkbox
            label="Write it there all the same"
            checked={confirmed}
            onChange={(event) => setConfirmed(event.currentTarget.checked)}
          />
        </Notice>
      )}
      {plain && shared === undefined && !nowhere && (
        <Notice kind="warning">
          <p className="export-plain">
            <strong>{words.claim}</strong> The {thing === 'folder' ? 'folder' : 'file'} is written unencrypted, readable
            by you alone on this machine (mode {thing === 'folder' ? '0700' : '0600'}); copies and backups of it are as
            open as it is.
          </p>
          <Checkbox
            label="Write it in plain all the same"
            checked={confirmed}
            onChange={(event) => setConfirmed(event.currentTarget.checked)}
          />
        </Notice>
      )}
      {isSealedSource(destination) && (
        <p className="lead">
          The vault seals it on this machine. It shows in the list beside the session it came from.
        </p>
      )}
      {overwrite && (
        <Notice kind="warning">
          <strong>Something lies there already.</strong> It is replaced, and kept in the trash for 30 days.
        </Notice>
      )}
    </FormDialog>
  )
}

/** The only stores that could hold it are not written to. */
function WritingOff({ stores }: { stores: readonly StoreSource[] }) {
  return stores.map((source) => (
    <Notice
      key={source.id}
      actions={
        source.store.readOnly && (
          <button type="button" className="link" onClick={() => openDialog('allow-writing', { source })}>
            Allow writing…
          </button>
        )
      }
    >
      {source.store.readOnly
        ? `“${safeText(source.name, 60)}” is only read: writing is off.`
        : `“${safeText(source.name, 60)}” cannot be reached at the moment.`}
    </Notice>
  ))
}

function pathHelp(many: boolean, thing: Thing, encrypted: boolean): string | undefined {
  if (many)
    return `Made when it is not there. Each session becomes a ${thing === 'folder' ? 'folder' : 'file'} named like it.`
  if (thing !== 'folder') return undefined
  return encrypted
    ? 'The folder becomes one archive (tar), and that is encrypted.'
    : 'A new folder: one that holds something is never written into.'
}

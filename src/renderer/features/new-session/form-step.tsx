import { Checkbox, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { type StoreApi, useStore } from 'zustand'
import type { Format } from '../../../shared/contract/formats.ts'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import { choosePaths } from '../../app/choose-paths.ts'
import type { NewSessionMethod } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { OverrideNotice } from '../../ui/override-notice.tsx'
import { PlacementFields } from '../../ui/placement-fields.tsx'
import { NOTHING_PASTED, SecretArea } from '../../ui/secret-area.tsx'
import { toastError } from '../../ui/toast.tsx'
import type { BotsRun } from './bots-run.ts'
import { Hints } from './hints.tsx'
import type { LoginRun } from './login-run.ts'
import {
  contactedBy,
  dcChoices,
  isPlaced,
  type NewSessionForm,
  phoneOf,
  phoneProblem,
  requestOf,
} from './new-session-form.ts'

const METHODS: { value: NewSessionMethod; label: string }[] = [
  { value: 'qr', label: 'QR code' },
  { value: 'phone', label: 'Phone' },
  { value: 'bots', label: 'Bot tokens' },
]

interface Props {
  form: NewSessionForm
  settings: TelegramSettings | null
  login: StoreApi<LoginRun>
  bots: StoreApi<BotsRun>
  onChange: (form: NewSessionForm) => void
  onClose: () => void
}

/** How to sign in, where the session goes, and what to know before. Nothing is contacted until its button. */
export function FormStep({ form, settings, login, bots, onChange, onClose }: Props) {
  const { starting, failure, error: loginError, start } = useStore(login)
  const { phase, error: botsError, start: startBots } = useStore(bots)
  const formats = useFormats()
  const sources = useAppData((state) => state.sources) ?? []
  const needsPassphrase = useAppData((state) => state.protection?.state) === 'none'
  const tokens = useRef<HTMLTextAreaElement>(null)
  const [pasted, setPasted] = useState(NOTHING_PASTED)
  // Whoever has left the number is told that it is too short; until then they are at it.
  const [left, setLeft] = useState(false)
  const busy = starting || phase === 'starting'
  const { method, phone, placement } = form
  const number = phoneOf(phone)
  const told =
    method === 'bots' ? pasted.lines > 0 : method === 'qr' || (number !== null && phoneProblem(phone) === null)

  function submit() {
    const request = requestOf(form, settings)
    if (method === 'qr') start({ ...request, method: { kind: 'qr' } })
    else if (method === 'phone') start({ ...request, method: { kind: 'phone', phone: number ?? '' } })
    else startBots({ read: () => tokens.current?.value ?? '', clear: () => clear(tokens.current) }, request)
  }

  return (
    <FormDialog
      title="New session"
      subtitle="Signs in at Telegram: a login of its own, beside those there are."
      width={580}
      submitLabel={verbOf(method, pasted.lines)}
      ready={settings !== null && told && isPlaced(placement)}
      busy={busy}
      error={method === 'bots' ? botsError : loginError}
      onSubmit={submit}
      onClose={onClose}
    >
      <SegmentedControl
        fullWidth
        aria-label="How to sign in"
        disabled={busy}
        data={METHODS}
        value={method}
        onChange={(value) => {
          // The field goes, and the text with it.
          setPasted(NOTHING_PASTED)
          onChange({ ...form, method: value })
        }}
      />
      {failure !== null && method !== 'bots' && (
        <Notice kind="error">
          <strong>Not signed in.</strong> {failure}
        </Notice>
      )}
      {method === 'phone' && (
        <TextInput
          label="Phone number"
          description="With its country code. The account has to exist already."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          type="tel"
          autoComplete="off"
          placeholder="+351 912 345 678"
          data-autofocus
          maxLength={32}
          disabled={busy}
          value={phone}
          error={phoneProblem(phone, !left)}
          onBlur={() => setLeft(true)}
          onChange={(event) => onChange({ ...form, phone: event.currentTarget.value })}
        />
      )}
      {method === 'bots' && (
        <SecretArea
          ref={tokens}
          label="Tokens"
          placeholder="Paste one or many from @BotFather, each on its own line"
          help={
            pasted.lines === 0
              ? 'Names, quotes and “TOKEN=” around them do no harm.'
              : `${plural(pasted.lines, 'line')}, one login each`
          }
          disabled={busy}
          onSize={setPasted}
        />
      )}
      <PlacementFields
        label="Keep it in"
        folderTitle="Choose a folder for the new session"
        placement={placement}
        sources={sources}
        formats={formats}
        needsPassphrase={needsPassphrase}
        disabled={busy}
        browse={(question, onPicked) => void choosePaths(question, onPicked).catch(toastError)}
        onChange={(next) => onChange({ ...form, placement: next })}
      />
      {settings !== null && <Advanced form={form} settings={settings} disabled={busy} onChange={onChange} />}
      <Hints method={method} contacted={settings === null ? null : contactedBy(form, settings)} />
      <OverrideNotice overrides={settings?.dcOverrides ?? []} />
    </FormDialog>
  )
}

interface AdvancedProps {
  form: NewSessionForm
  settings: TelegramSettings
  disabled: boolean
  onChange: (form: NewSessionForm) => void
}

function Advanced({ form, settings, disabled, onChange }: AdvancedProps) {
  const test = form.test ?? settings.testNetwork
  return (
    <details className="new-session-advanced">
      <summary>Advanced</summary>
      <div className="stack">
        <Select
          label="Data centre to begin with"
          description="Telegram says where the account lives, and it is followed there."
          inputWrapperOrder={['label', 'input', 'description']}
          allowDeselect={false}
          disabled={disabled}
          data={dcChoices(test)}
          value={String(form.dcId)}
          onChange={(value) => onChange({ ...form, dcId: Number(value) })}
        />
        <Checkbox
          label="Test network"
          description="A world of its own, with accounts of its own."
          checked={test}
          disabled={disabled}
          onChange={({ currentTarget: { checked } }) =>
            onChange({ ...form, test: checked, dcId: checked ? Math.min(form.dcId, 3) : form.dcId })
          }
        />
      </div>
    </details>
  )
}

function useFormats(): readonly Format[] {
  const [formats, setFormats] = useState<readonly Format[]>([])
  useEffect(() => {
    api().formats.list().then(setFormats, toastError)
  }, [])
  return formats
}

function clear(field: HTMLTextAreaElement | null): void {
  if (field !== null) field.value = ''
}

function verbOf(method: NewSessionMethod, lines: number): string {
  switch (method) {
    case 'qr':
      return 'Show QR code'
    case 'phone':
      return 'Send the code'
    case 'bots':
      return lines > 1 ? `Sign in ${plural(lines, 'bot')}` : 'Sign in'
    default:
      return method satisfies never
  }
}

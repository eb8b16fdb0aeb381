import { Checkbox, Loader } from '@mantine/core'
import { useState } from 'react'
import { useStore } from 'zustand'
import type { PlanItem } from '../../../shared/contract/exports.ts'
import { askedForPassphrase } from '../../app/protected-call.ts'
import { api } from '../../lib/client.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { ValueField } from '../../ui/value-field.tsx'
import { type ExportStore, writable } from './export-store.ts'
import { holderWords, thingOf } from './holder-words.ts'
import { LossReport } from './loss-report.tsx'
import { MaskedValue } from './masked-value.tsx'
import { needsStore } from './store-targets.ts'
import { TargetPicker } from './target-picker.tsx'
import type { Mode } from './target-start.ts'

interface Props {
  store: ExportStore
  mode: Mode
}

/** What would be written: format, losses, what is asked for, and the masked string. */
export function PlanStep({ store, mode }: Props) {
  const { formats, target, values, plan, planning, charLength, encrypt, error, asked, setTarget, setValue, change } =
    useStore(store)
  const [revealError, setRevealError] = useState<unknown>(null)
  const format = formats.find(({ id }) => id === target?.formatId)
  const [only] = plan?.items ?? []
  const single = plan?.items.length === 1 ? only : undefined
  const text = format?.medium === 'text'
  const words = plan === null ? null : holderWords(thingOf(format), writable(plan))
  // Nothing that could be filled in would help.
  const refused = plan !== null && writable(plan).length === 0
  const options = (format?.options ?? []).filter(({ name }) => !asked.some(({ field }) => field === name))

  return (
    <div className="stack export-plan">
      {words !== null && (
        <Notice kind="warning">
          <strong>{words.claim}</strong> {words.meaning}
        </Notice>
      )}
      {target !== null && (
        <TargetPicker
          formats={formats}
          mode={mode}
          servers={plan?.servers ?? []}
          target={target}
          disabled={false}
          onChange={setTarget}
        />
      )}
      {error !== null && <ErrorNotice error={error} />}
      {plan === null && planning && (
        <div className="export-busy dim" role="status">
          <Loader size={14} /> Looking at what the format can hold…
        </div>
      )}
      {plan !== null && <LossReport plan={plan} busy={planning} />}
      {plan !== null && <Warnings items={plan.items} />}
      {plan !== null && <Blocked items={plan.items} />}
      {asked.length > 0 && !refused && (
        <section className="stack" aria-label="Values to fill in">
          <h3>This format needs what the {single ? 'session does' : 'sessions do'} not hold</h3>
          {asked.map(({ field, label, help, kind }) => (
            <ValueField
              key={field}
              field={{ name: field, label, help, kind }}
              value={values[field] ?? ''}
              required
              onChange={(value) => setValue(field, value)}
            />
          ))}
        </section>
      )}
      {options.length > 0 && !refused && (
        <details className="export-options">
          <summary>Options</summary>
          <div className="stack">
            {options.map((option) => (
              <ValueField
                key={option.name}
                field={option}
                value={values[option.name] ?? ''}
                onChange={(value) => setValue(option.name, value)}
              />
            ))}
          </div>
        </details>
      )}
      {text && single !== undefined && target !== null && charLength !== null && (
        <section aria-label="String">
          <h3>String</h3>
          <MaskedValue
            charLength={charLength}
            prefix={format?.library === 'telethon' ? '1' : ''}
            reveal={() => {
              setRevealError(null)
              const what = { ref: single.ref, target, values: { ...values } }
              return api().secrets.reveal({ ...what, confirmed: true, purpose: 'show' })
            }}
            onHidden={() =>
              void api()
                .secrets.hidden()
                .catch(() => {})
            }
            onError={(thrown) => {
              if (!askedForPassphrase(thrown, () => {})) setRevealError(thrown)
            }}
          />
          {revealError !== null && <ErrorNotice error={revealError} />}
        </section>
      )}
      <div className="export-foot">
        {!needsStore(format) && (
          <Checkbox
            label="Encrypt with a passphrase (age)"
            checked={encrypt}
            onChange={(event) => change({ encrypt: event.currentTarget.checked })}
          />
        )}
        {charLength !== null && <span className="dim">{formatCount(charLength)} characters</span>}
      </div>
    </div>
  )
}

const SHOWN = 6

function Warnings({ items }: { items: readonly PlanItem[] }) {
  const [only] = items
  if (items.length === 1 && only !== undefined) {
    return only.warnings.map(({ code, message }) => (
      <Notice key={code + message} kind="warning">
        {message}
      </Notice>
    ))
  }
  // The same sentence over and over says less than how many it is true of.
  const counts = new Map<string, number>()
  for (const { warnings } of items) {
    for (const { code } of warnings) counts.set(code, (counts.get(code) ?? 0) + 1)
  }
  const example = (code: string) =>
    items.flatMap(({ warnings }) => warnings).find((warning) => warning.code === code)?.message ?? ''
  return [...counts].map(([code, count]) => (
    <Notice key={code} kind="warning">
      <strong>{plural(count, 'session')}:</strong> {example(code)}
    </Notice>
  ))
}

function Blocked({ items }: { items: readonly PlanItem[] }) {
  const blocked = items.filter((item) => item.blocked !== null)
  if (blocked.length === 0) return null
  const [only] = blocked
  if (items.length === 1) return <Notice kind="error">{only?.blocked?.message}</Notice>
  return (
    <Notice kind="error">
      <strong>
        {plural(blocked.length, 'session')} cannot be written and {blocked.length === 1 ? 'is' : 'are'} left out:
      </strong>
      <ul className="export-blocked">
        {blocked.slice(0, SHOWN).map((item) => (
          <li key={refKey(item.ref)}>
            <SafeText text={item.name} />: {item.blocked?.message}
          </li>
        ))}
        {blocked.length > SHOWN && <li>and {formatCount(blocked.length - SHOWN)} more</li>}
      </ul>
    </Notice>
  )
}

import { Loader } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useStore } from 'zustand'
import type { StoreTest } from '../../../shared/contract/sources.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { Notice } from '../../ui/notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import type { StoreForm } from './store-form.ts'
import { storeProblem } from './store-problem.ts'

/** What the test is doing, what it found, or what failed and what to do about it. */
export function TestResult({ form }: { form: StoreForm }) {
  const { fields, password, testing, tested, error } = useStore(form)
  const box = useRef<HTMLDivElement>(null)
  // Below a long form it could appear unseen.
  useEffect(() => {
    if (tested !== null || error !== null) box.current?.scrollIntoView({ block: 'nearest' })
  }, [tested, error])
  if (testing) {
    return (
      <p className="store-testing" role="status">
        <Loader size={14} /> Connecting and counting…
      </p>
    )
  }
  if (error !== null) {
    const { message, action } = storeProblem(error, { ...fields, hasPassword: password.kind !== 'none' })
    return (
      <div ref={box} className="dialog-answer">
        <Notice kind="error">
          <strong>{message}</strong> {action}
        </Notice>
      </div>
    )
  }
  return tested === null ? null : (
    <div ref={box} className="dialog-answer">
      <Found tested={tested} />
    </div>
  )
}

const SHOWN = 20

function Found({ tested: { server, found, text } }: { tested: StoreTest }) {
  const rest = text.slice(server.length).replace(/^,\s*/, '')
  return (
    <div className="notice store-tested" role="status">
      <strong>
        <SafeText text={server} maxChars={120} />
      </strong>{' '}
      · {rest}
      {found.length === 0 && '. They show here as soon as a bot puts one in.'}
      {found.length > 1 && (
        <ul aria-label="Where they are">
          {found.slice(0, SHOWN).map(({ formatId, label, prefix, sessions }) => (
            <li key={`${formatId} ${prefix}`}>
              <span className="ellipsis">
                {prefix === '' ? 'without a prefix' : <SafeText text={prefix} className="mono" maxChars={120} />} ·{' '}
                {label}
              </span>
              <span>{formatCount(sessions)}</span>
            </li>
          ))}
          {found.length > SHOWN && <li>and {plural(found.length - SHOWN, 'more place')}</li>}
        </ul>
      )}
    </div>
  )
}

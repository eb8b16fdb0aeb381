import { useEffect, useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { CheckPlan } from '../../../shared/contract/telegram.ts'
import { useNetwork } from '../../app/network.ts'
import { api } from '../../lib/client.ts'

export interface CheckChoices {
  includeInUse: boolean
  includeRecent: boolean
  elsewhere: { dcId: number; test: boolean } | null
}

export interface Planned {
  /** Of the choices before, while new ones are looked at; null until the first answer. */
  plan: CheckPlan | null
  /** The plan is that of these choices. */
  current: boolean
  error: unknown
  retry: () => void
}

/** What a check with these choices would do; asked again when they or the settings change. Contacts nobody. */
export function useCheckPlan(refs: readonly Ref[], choices: CheckChoices): Planned {
  const [answer, setAnswer] = useState<{ plan: CheckPlan; key: string } | null>(null)
  const [failure, setFailure] = useState<{ error: unknown; key: string } | null>(null)
  const [tries, setTries] = useState(0)
  const settingsRevision = useNetwork((state) => state.settingsRevision)
  const key = JSON.stringify([choices, settingsRevision, tries])
  useEffect(() => {
    let gone = false
    // Part of the key, so that the effect depends on nothing but it.
    const [asked] = JSON.parse(key) as [CheckChoices]
    api()
      .telegram.planCheck({ refs: [...refs], ...asked })
      .then(
        (plan) => !gone && setAnswer({ plan, key }),
        (error: unknown) => !gone && setFailure({ error, key }),
      )
    return () => {
      gone = true
    }
  }, [refs, key])
  return {
    plan: answer?.plan ?? null,
    current: answer?.key === key,
    error: failure?.key === key ? failure.error : null,
    retry: () => setTries(tries + 1),
  }
}

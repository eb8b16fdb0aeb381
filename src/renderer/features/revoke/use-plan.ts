import { useEffect, useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { RevokeItem } from '../../../shared/contract/telegram.ts'
import { api } from '../../lib/client.ts'

/** What logging these out would do; null until known. Contacts nobody. */
export function useRevokePlan(refs: readonly Ref[]): {
  items: readonly RevokeItem[] | null
  error: unknown
  retry: () => void
} {
  const [items, setItems] = useState<readonly RevokeItem[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [tries, setTries] = useState(0)
  useEffect(() => {
    let gone = false
    api()
      .telegram.planRevoke({ refs: [...refs] })
      .then(
        (plan) => !gone && setItems(plan),
        (thrown: unknown) => !gone && setError(thrown),
      )
    return () => {
      gone = true
    }
  }, [refs, tries])
  return {
    items,
    error,
    retry: () => {
      setError(null)
      setTries(tries + 1)
    },
  }
}

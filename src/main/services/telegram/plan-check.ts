import type { CheckPlan, SkipReason, TelegramSettings } from '../../../shared/contract/telegram.ts'
import { secondsFor } from '../../telegram/pacing.ts'
import type { Chosen } from './select-sessions.ts'

/** What a check of these sessions would do, told before it starts. Nothing is contacted. */
export function planCheck(chosen: readonly Chosen[], settings: TelegramSettings): CheckPlan {
  const ready = chosen.filter(({ skip }) => skip === null)
  const counts = new Map<SkipReason, number>()
  for (const { skip } of chosen) if (skip !== null) counts.set(skip, (counts.get(skip) ?? 0) + 1)
  return {
    total: chosen.length,
    ready: ready.length,
    skipped: [...counts].map(([reason, count]) => ({ reason, count })),
    seconds: secondsFor(ready),
    waysOut: [...new Set(ready.map(({ wayOut }) => wayOut))].toSorted(),
    dcIds: [...new Set(ready.map(({ dcId }) => dcId))].toSorted((a, b) => a - b),
    needsApp: settings.apiId === null || !settings.hasApiHash,
    explain: !settings.explained,
  }
}

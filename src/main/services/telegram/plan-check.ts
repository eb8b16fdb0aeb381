import type { CheckPlan, SkipReason, TelegramSettings } from '../../../shared/contract/telegram.ts'
import { SECONDS_EACH } from './pacing.ts'
import type { Chosen } from './select-sessions.ts'

/** One check takes as long as this at worst: the budget of a call. */
const BUDGET_SECONDS = 15

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

/** The busiest way decides: the others go on beside it. */
function secondsFor(ready: readonly Chosen[]): CheckPlan['seconds'] {
  const counts = new Map<string, number>()
  for (const { way } of ready) counts.set(way, (counts.get(way) ?? 0) + 1)
  const most = Math.max(0, ...counts.values())
  if (most === 0) return { least: 0, most: 0 }
  return {
    least: Math.max(1, Math.round(most * SECONDS_EACH.least)),
    most: Math.ceil(most * SECONDS_EACH.most) + BUDGET_SECONDS,
  }
}

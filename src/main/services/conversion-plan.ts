import type { Plan, PlanItem } from '../../shared/contract/exports.ts'
import { isAppError } from '../domain/errors.ts'
import { conversionReport, sumReports } from '../formats/loss.ts'
import type { FieldReport } from '../formats/present-fields.ts'
import type { CatalogEntry, Ref } from '../sources/interfaces.ts'
import type { Core } from './core.ts'
import { exportWarnings } from './export-warnings.ts'
import { fillFacts } from './fill-values.ts'
import type { Target } from './formats-lookup.ts'
import { itemError } from './item-error.ts'
import { accountOf, fingerprintOrNull, nameOf, refOf } from './present.ts'

type Values = Readonly<Record<string, string>>

/** Asking the system who holds a file open takes a moment: only for as many as a person reads about. */
const ASK_HOLDERS_UP_TO = 5

/**
 * What a conversion keeps, loses and needs, made from what the list knows: no session is opened, nothing is written.
 * @throws AppError request.invalid for a value that cannot be one
 */
export async function planConversion(
  core: Core,
  refs: readonly Ref[],
  target: Target,
  values: Values,
  signal: AbortSignal | undefined,
): Promise<Plan> {
  const items: PlanItem[] = []
  const askHolders = refs.length <= ASK_HOLDERS_UP_TO
  for (const ref of refs) {
    signal?.throwIfAborted()
    const entry = core.library.catalog.get(ref)
    const holders = askHolders ? await holdersOf(core, entry) : []
    items.push(planItem(core, entry, target, values, holders))
  }
  const missing = new Map(items.flatMap((item) => item.missing.map((field) => [field.field, field] as const)))
  return {
    target: { formatId: target.format.id, variant: target.variant.id },
    medium: target.format.medium,
    items,
    lost: sumOf(items),
    missing: [...missing.values()],
  }
}

function planItem(
  core: Core,
  entry: CatalogEntry,
  target: Target,
  values: Values,
  holders: Parameters<typeof exportWarnings>[1],
): PlanItem {
  const { summary } = entry
  const { facts, options } = fillFacts(summary, target, values)
  const report = conversionReport(facts, { ...target, options })
  const unreadable = summary.format === null ? summary.problems[0] : undefined
  return {
    ref: refOf(entry.ref),
    name: nameOf(entry),
    account: accountOf(summary.account),
    keyId: summary.keyId,
    fingerprint: fingerprintOrNull(summary.keyId),
    inUse: entry.inUse || holders.length > 0,
    lost: report.lost.map(lineOf),
    kept: report.kept.map(lineOf),
    missing: unreadable ? [] : report.missing.map(({ field, label, help, kind }) => ({ field, label, help, kind })),
    warnings: [...exportWarnings(entry, holders), ...report.warnings].map(({ code, message }) => ({ code, message })),
    blocked: unreadable
      ? { code: unreadable.code, message: unreadable.message }
      : report.blocked && itemError(report.blocked, core.ports.log),
  }
}

/** The words of a single session say more than a sum over one. */
function sumOf(items: readonly PlanItem[]): Plan['lost'] {
  const [only] = items
  if (items.length === 1 && only) return only.lost
  return sumReports(items.map(({ lost }) => lost as readonly FieldReport[])).map(lineOf)
}

function lineOf({ field, label, count, text }: FieldReport): FieldReport {
  return { field, label, count, text }
}

async function holdersOf({ library }: Core, { summary }: CatalogEntry) {
  if (summary.path === null) return []
  try {
    return await library.scanner.inUseBy(summary.path)
  } catch (error) {
    if (isAppError(error)) return []
    throw error
  }
}

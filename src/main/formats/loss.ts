import { isIpv6 } from '../bytes/ip.ts'
import { dcOfAddress } from '../domain/data-centers.ts'
import { AppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { Field } from '../domain/session.ts'
import type { AnyFormat, Variant } from './format.ts'
import { type MissingField, missingFields } from './missing-fields.ts'
import { lossSentence, spellCount } from './field-phrases.ts'
import { otherServerError } from './other-server.ts'
import { type FieldReport, fieldReport, isImpliedAddress, presentFields } from './present-fields.ts'
import type { SessionFacts } from './facts.ts'
import { homeFacts } from './session-facts.ts'
import { flagOf } from './write-options.ts'

export interface ConversionTarget {
  readonly format: AnyFormat
  readonly variant: Variant
  /** Values of the format's write options. */
  readonly options: ReadonlyMap<string, string>
}

/** What a conversion does to a session, known before anything is written. */
export interface ConversionReport {
  readonly kept: readonly FieldReport[]
  readonly lost: readonly FieldReport[]
  /** "4,812 peers, 37 channel states and 3 data centre keys will be left behind."; '' when nothing is. */
  readonly lostText: string
  readonly missing: readonly MissingField[]
  readonly warnings: readonly Problem[]
  /** Why it cannot be written at all, whatever the person fills in. */
  readonly blocked: AppError | null
}

export function conversionReport(facts: SessionFacts, target: ConversionTarget): ConversionReport {
  const kept: FieldReport[] = []
  const lost: FieldReport[] = []
  const present = presentFields(facts)
  const known = new Set(present.map(({ field }) => field))
  for (const report of present) {
    const needed = target.variant.onlyWith?.[report.field]
    const isPossible = needed === undefined || known.has(needed)
    ;(isPossible && isKept(report.field, facts, target) ? kept : lost).push(report)
  }
  return {
    kept,
    lost,
    lostText: lossSentence(lost),
    missing: missingFields(facts, target.variant),
    warnings: [...warningsFor(facts, target), ...(target.format.checkWrite?.(facts, target.variant) ?? [])],
    blocked: blockedBy(facts, target),
  }
}

/** Sums the reports of several sessions for the bulk view: rows are added up, single values counted. */
export function sumReports(reports: readonly (readonly FieldReport[])[]): readonly FieldReport[] {
  const sums = new Map<Field, { report: FieldReport; rows: number | null; sessions: number }>()
  for (const report of reports.flat()) {
    const known = sums.get(report.field)
    if (known === undefined) sums.set(report.field, { report, rows: report.count, sessions: 1 })
    else {
      known.rows = known.rows === null && report.count === null ? null : (known.rows ?? 0) + (report.count ?? 0)
      known.sessions += 1
    }
  }
  return [...sums.values()].map(({ report, rows, sessions }) =>
    fieldReport(
      report.field,
      rows,
      rows === null ? `in ${spellCount(sessions)} ${sessions === 1 ? 'session' : 'sessions'}` : spellCount(rows),
    ),
  )
}

function isKept(field: Field, facts: SessionFacts, { format, variant, options }: ConversionTarget): boolean {
  if (field === 'takeout-id' && format.options?.some(({ name }) => name === 'keep-takeout')) {
    return variant.carries.has(field) && flagOf({ options }, 'keep-takeout')
  }
  // An address that follows from the DC comes back from it.
  if (field === 'address' && !variant.carries.has('address')) return isImpliedAddress(facts)
  return variant.carries.has(field)
}

/** Formats of clients that leave an IPv6 address behind unless they were started with it: IPv4 is written for them. */
const WRITES_IPV4: ReadonlySet<string> = new Set(['telethon.sqlite', 'telethon.sqlalchemy'])

function warningsFor(facts: SessionFacts, { format, variant, options }: ConversionTarget): Problem[] {
  const warnings: Problem[] = []
  const home = homeFacts(facts)
  const address = home?.address ?? null
  if (home === null || address === null || !variant.carries.has('address')) return warnings
  const owner = dcOfAddress(address)
  const hasIpv6Option = format.options?.some(({ name }) => name === 'ipv6') === true
  const wantsIpv6 = flagOf({ options }, 'ipv6')
  if (owner !== null && (owner.dcId !== home.id || (facts.test !== null && owner.test !== facts.test))) {
    warnings.push({
      code: 'export.address-replaced',
      message: `The stored address belongs to DC ${owner.dcId}. The address of DC ${home.id} is written instead, so that the key is used where it was made.`,
    })
  } else if (WRITES_IPV4.has(format.id) && isIpv6(address) && !wantsIpv6 && owner !== null) {
    warnings.push({
      code: 'export.ipv4-written',
      message:
        'The session holds an IPv6 address; the IPv4 address of the same data centre is written, for clients without IPv6 would move to another one and lose the login. Choose IPv6 if the client uses it.',
    })
  }
  if (hasIpv6Option && wantsIpv6) {
    warnings.push({
      code: 'export.ipv6-written',
      message:
        'An IPv6 address is written. Start the client with IPv6 switched on: otherwise it moves to DC 2 and the login is lost.',
    })
  }
  return warnings
}

function blockedBy(facts: SessionFacts, { format, variant }: ConversionTarget): AppError | null {
  const otherServer = otherServerError(facts.server, format)
  if (otherServer) return otherServer
  if (!variant.writable) {
    return new AppError('format.not-writable', { format: format.id, reason: 'this version can be read only' })
  }
  const home = homeFacts(facts)
  const anyKey = facts.dataCenters.some((dc) => dc.hasKey)
  if (variant.requires.includes('auth-key') && (home === null ? !anyKey : !home.hasKey)) {
    return new AppError('session.no-key', {})
  }
  if (variant.id === 'S1' && facts.account !== null && BigInt(facts.account.id) >= 2n ** 32n) {
    return new AppError('format.not-writable', {
      format: format.id,
      reason: 'S1 has no room for a user id this long: take S2 or S3',
    })
  }
  const reason = format.refuses?.(facts, variant) ?? null
  return reason === null ? null : new AppError('format.not-writable', { format: format.id, reason })
}

import type { Problem } from '../domain/problem.ts'
import type { Session } from '../domain/session.ts'
import type { Decoded, EncodeOptions, Format, PeerPage, PeerQuery, Unlock } from '../formats/format.ts'
import type { Encoded } from '../sources/encode-session.ts'
import type { Examination } from '../sources/examine.ts'
import type { FileFacts } from '../sources/scan-types.ts'
import type { OpenSession, SessionSummary } from '../sources/session-store.ts'
import type { StoreAddress } from '../sources/store-location.ts'
import type { StoreListing } from '../sources/store-once.ts'

/** What is at a path: one entry for each file that is, or claims to be, a session. */
export interface FoundFile {
  readonly path: string
  readonly facts: FileFacts | null
  readonly summaries: readonly SessionSummary[]
}

/** One string of a text, read. */
export interface ReadString {
  readonly summary: SessionSummary
  readonly decoded: Decoded | null
}

export interface Candidate {
  readonly format: Format
  readonly variant: string | null
  readonly certainty: 'exact' | 'plausible'
  readonly reason: string
}

/** A value of the session in words: "Peers with their access hashes", "48,210". */
export interface PlanLine {
  readonly field: string
  readonly label: string
  /** Rows, null for single values. */
  readonly count: number | null
  readonly text: string
  /** In a sentence: "48,210 peers". */
  readonly phrase: string
}

export interface ConversionPlan {
  readonly kept: readonly PlanLine[]
  readonly lost: readonly PlanLine[]
  /** "4,812 peers and 3 data centre keys will be left behind."; '' when nothing is. */
  readonly lostText: string
  readonly missing: readonly { readonly field: string; readonly label: string; readonly help: string }[]
  readonly warnings: readonly Problem[]
  /** Why it cannot be written, whatever is filled in. */
  readonly blocked: Problem | null
  /** The session with the values filled in. */
  readonly session: Session
  /** Values that are for the format itself. */
  readonly options: ReadonlyMap<string, string>
}

export interface Target {
  readonly format: Format
  readonly variant: string
}

/** What the commands need of the program. Opening these tools writes nothing but a private scratch folder. */
export interface Tools {
  readonly formats: readonly Format[]
  /**
   * A folder (with all below it) or a file. What is locked is asked for and stays open for later calls.
   * @throws AppError source.not-found, source.denied
   */
  find(path: string): Promise<readonly FoundFile[]>
  /**
   * Every session of a shared store; of a damaged one what is wrong with it.
   * @throws AppError source.unreachable, source.login-failed, source.not-found
   */
  listStore(address: StoreAddress): Promise<StoreListing>
  /** Every string in a text. */
  readStrings(text: string): Promise<readonly ReadString[]>
  detect(text: string): readonly Candidate[]
  peers(path: string, key: string, query: PeerQuery): Promise<PeerPage>
  /** `unlock` where it is not known from `find`. @throws AppError passcode.required, passcode.wrong */
  open(path: string, key: string, unlock?: Unlock): Promise<OpenSession>
  /** @throws UsageError when a value does not fit its field */
  plan(decoded: Decoded, target: Target, values: ReadonlyMap<string, string>): ConversionPlan
  /** The session in the target format; what is left out while it is written is told. @throws AppError format.* */
  encode(
    plan: ConversionPlan,
    target: Target,
    name: string,
    onDropped: NonNullable<EncodeOptions['onDropped']>,
  ): Promise<Encoded>
  /** What is wrong with how a session is kept. @throws AppError what opening it throws */
  examine(path: string, key: string): Promise<Examination>
  inUseBy(path: string): Promise<readonly { readonly name: string; readonly pid: number | null }[]>
  close(): Promise<void>
}

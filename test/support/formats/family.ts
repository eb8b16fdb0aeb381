import type { Variant } from '../../../src/main/formats/format.ts'
import type { Session } from '../../../src/main/domain/session.ts'

/** One input made by a library (or derived from its layout) that the app must name right, whatever else it does with it. */
export interface Vector {
  /** "ferogram/v8-full.session" */
  readonly name: string
  readonly formatId: string
  /** Null where the input is too damaged to tell. */
  readonly variant: string | null
  readonly content: VectorContent
  readonly passcode: string | null
  /** `suspect` reads with a problem named; `error` is refused with a code. */
  readonly expect: 'ok' | 'suspect' | 'error'
  /** A log: whole behind each of its entries, so that nothing tells that some are gone. */
  readonly isWholeAt?: (byteLength: number) => boolean
}

export type VectorContent =
  | { readonly medium: 'text'; readonly text: string }
  | { readonly medium: 'file'; readonly bytes: Uint8Array }
  | { readonly medium: 'folder'; readonly name: string; readonly files: ReadonlyMap<string, Uint8Array> }
  /** The bytes of a SQLite file. */
  | { readonly medium: 'tables'; readonly bytes: Uint8Array }

/** What the suites over the whole registry have to know of one library's formats. */
export interface Family {
  readonly formatIds: readonly string[]
  vectors(): readonly Vector[]
  /** A random session changed so that the variant can hold it (an id that is short enough). */
  asWritable?(session: Session, variant: Variant, formatId: string): Session
  /**
   * The session as it comes back from the variant, where the library's own rules change a value: a type it has no word
   * for, a peer without access hash that it leaves out. Only fields the variant carries are compared.
   */
  asKept?(session: Session, variant: Variant, formatId: string): Promise<Session> | Session
  /** Codes of the problems that are true of every session in that shape. */
  expectedProblems?(session: Session, variant: Variant, formatId: string): readonly string[]
  /** For `EncodeOptions.options`. */
  readonly writeOptions?: ReadonlyMap<string, string>
  /** What opens what was written with {@link writeOptions}. */
  readonly passcode?: string
}

import type { CliIo } from './io.ts'
import type { Tools } from './tools.ts'

export interface CommandContext {
  readonly io: CliIo
  /** Opened when first asked for: `--help` needs none of it. */
  tools(): Promise<Tools>
}

/** One command: a module of its own, loaded when it is called. */
export interface Command {
  /** The whole `--help` text. */
  readonly help: string
  /** Members of the JSON answer when nothing could be done; `problems` is added. */
  readonly nothing: Readonly<Record<string, unknown>>
  /** Answers the exit code. @throws UsageError, AppError */
  run(argv: readonly string[], context: CommandContext): Promise<number>
}

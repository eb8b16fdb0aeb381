import { Buffer } from 'node:buffer'
import { UsageError } from '../headless/arguments.ts'
import { readHiddenLine } from './hidden-input.ts'

/** Where a command reads and writes; a test or another shell can supply its own. */
export interface CliIo {
  readonly version: string
  /** Folder of the built main files. */
  readonly code: string
  readonly outIsTerminal: boolean
  readonly errIsTerminal: boolean
  /** Environment variables: what must not be an argument comes this way. */
  readonly env: Readonly<Record<string, string | undefined>>
  /**
   * Asks on the terminal and shows nothing of the answer; null where standard input is no terminal.
   * See `passcode.ts` for asking.
   */
  readonly askHidden: ((question: string) => Promise<string>) | null
  /** Asks on the terminal, the answer being shown; null where standard input is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | null
  out(text: string): void
  err(text: string): void
  /** Everything on standard input, as text. @throws UsageError when there is a terminal, or no end of it */
  input(): Promise<string>
}

/** Exit codes, the same for every command. */
export const EXIT = { done: 0, failed: 1, usage: 2 } as const

const MAX_INPUT_BYTES = 16 * 1024 * 1024

export function processIo(version: string, code: string): CliIo {
  // `inspect … | head` closes the pipe early: that is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done)
    throw error
  })
  return {
    version,
    code,
    outIsTerminal: process.stdout.isTTY,
    errIsTerminal: process.stderr.isTTY,
    env: process.env,
    askHidden: process.stdin.isTTY ? (question) => readHiddenLine(process.stdin, process.stderr, question) : null,
    ask: process.stdin.isTTY ? askLine : null,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    input: readInput,
  }
}

/** '' when the terminal ends or Ctrl+C is typed. */
async function askLine(question: string): Promise<string> {
  const { createInterface } = await import('node:readline')
  // Standard output stays for machines.
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return await new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''))
      lines.question(question, resolve)
    })
  } finally {
    lines.close()
  }
}

async function readInput(): Promise<string> {
  if (process.stdin.isTTY) {
    // A string typed at a terminal stays in its scroll-back.
    throw new UsageError('Give the string through a pipe or a file: session-deck … < FILE')
  }
  const chunks: Buffer[] = []
  let byteLength = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    byteLength += chunk.byteLength
    if (byteLength > MAX_INPUT_BYTES)
      throw new UsageError('Standard input holds more than 16 MB: that is no session string')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

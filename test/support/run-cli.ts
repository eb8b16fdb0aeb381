import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import type { CliIo } from '../../src/main/cli/io.ts'
import { runCli as runCommandLine } from '../../src/main/cli/run.ts'
import { VERSION } from '../../src/main/shell/version.ts'

const CLI = join(import.meta.dirname, '../../src/main/cli.ts')

export interface CliAnswer {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface CliOptions {
  readonly input?: string
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs the command line in this process, with its streams held in memory: all of it but the process around it. */
export async function runCli(
  args: readonly string[],
  { input = '', env = {} }: Omit<CliOptions, 'cwd'> = {},
): Promise<CliAnswer> {
  let out = ''
  let err = ''
  const io: CliIo = {
    version: VERSION,
    code: dirname(CLI),
    outIsTerminal: false,
    errIsTerminal: false,
    env,
    askHidden: null,
    ask: null,
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    input: async () => input,
  }
  const code = await runCommandLine(args, io)
  return { code, out, err }
}

/** Runs the command line from its sources as a process of its own, with pipes for its three streams. */
export function runCliProcess(args: readonly string[], options: CliOptions = {}): Promise<CliAnswer> {
  return run(process.execPath, [CLI, ...args], options)
}

/** The same with a terminal as standard output (and error): whatever it prints comes back in `out`. */
export function runCliOnTerminal(args: readonly string[], options: CliOptions = {}): Promise<CliAnswer> {
  const python = `
import os, pty, subprocess, sys
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=sys.stdin, stdout=slave, stderr=slave)
os.close(slave)
while True:
    try:
        chunk = os.read(master, 65536)
    except OSError:
        break
    if not chunk:
        break
    os.write(1, chunk)
sys.exit(child.wait())
`
  return run('python3', ['-c', python, process.execPath, CLI, ...args], options)
}

/**
 * The same with a terminal for all three streams: everything shown comes back in `out`. `typed` answers each question in
 * turn; a question ends with `prompt`.
 */
export function runCliTyped(
  args: readonly string[],
  typed: readonly string[],
  env: Readonly<Record<string, string>> = {},
  prompt = '”: ',
): Promise<CliAnswer> {
  const python = `
import json, os, pty, sys
typed = json.loads(sys.argv[1])
prompt = sys.argv[2].encode()
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[3], sys.argv[3:])
seen, answered = b'', 0
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    while answered < len(typed) and seen.count(prompt) > answered:
        os.write(terminal, typed[answered].encode() + b'\\r')
        answered += 1
os.write(1, seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`
  return run('python3', ['-c', python, JSON.stringify(typed), prompt, process.execPath, CLI, ...args], { env })
}

function run(program: string, args: readonly string[], options: CliOptions): Promise<CliAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<CliAnswer>()
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk))
  // A command that reads no input may be gone before its input is written.
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  child.on('error', reject)
  child.on('close', (code) => resolve({ code, out, err }))
  return promise
}

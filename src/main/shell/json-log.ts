import { closeSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import type { Log } from '../ports.ts'
import { redact } from './redact.ts'

const MAX_BYTES = 1_000_000

/**
 * One JSON object a line, written at once and synchronously: what was logged before a crash is there after it.
 * The file is 0600; when it has grown over 1 MB at start, it becomes `.old`.
 */
export function openLog(file: string): Log & { close(): void } {
  if (sizeOf(file) > MAX_BYTES) {
    rmSync(`${file}.old`, { force: true })
    renameSync(file, `${file}.old`)
  }
  let descriptor: number | null = openSync(file, 'a', 0o600)
  const write = (level: string, message: string, details?: Readonly<Record<string, unknown>>): void => {
    if (descriptor === null) return
    const line = { at: new Date().toISOString(), level, message, ...(details && { details: redact(details) }) }
    try {
      writeSync(descriptor, `${JSON.stringify(line)}\n`)
    } catch {
      // A full disk must not take the program down with it.
    }
  }
  return {
    info: (message, details) => write('info', message, details),
    warn: (message, details) => write('warn', message, details),
    error: (message, details) => write('error', message, details),
    close: () => {
      if (descriptor !== null) closeSync(descriptor)
      descriptor = null
    },
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0
}

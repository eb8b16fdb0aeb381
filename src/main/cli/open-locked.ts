import { quoted } from '../../shared/error-texts.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { Secret } from '../domain/secret.ts'
import { findFormat } from '../formats/registry.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import type { CliIo } from './io.ts'
import { askSecret, PASSCODE_VARIABLE, passcodeFromEnvironment } from './passcode.ts'
import { problemOf } from './problems.ts'
import { plain } from './terminal-text.ts'
import type { FoundFile } from './tools.ts'

const TRIES = 3

type Asking = Pick<CliIo, 'env' | 'askHidden' | 'err'>

/**
 * Opens what is locked among what was found: with the passcode in the environment, else with one that is asked for on the
 * terminal, place by place. What stays locked keeps its row, which says why and what to do.
 * @param unlock tries a passcode on the place of a key and answers the sessions in it. @throws AppError passcode.wrong
 */
export async function openLocked(
  io: Asking,
  found: readonly FoundFile[],
  unlock: (key: string, passcode: Secret) => Promise<FoundFile | null>,
): Promise<readonly FoundFile[]> {
  const opened: FoundFile[] = []
  for (const file of found) {
    const [summary] = file.summaries
    opened.push(summary?.locked ? await openOne(io, file, summary, summary.locked.formatId, unlock) : file)
  }
  return opened
}

async function openOne(
  io: Asking,
  file: FoundFile,
  summary: SessionSummary,
  formatId: string,
  unlock: (key: string, passcode: Secret) => Promise<FoundFile | null>,
): Promise<FoundFile> {
  const stillLocked = (problem: Problem): FoundFile => ({ ...file, summaries: [{ ...summary, problems: [problem] }] })
  const given = passcodeFromEnvironment(io)
  if (given) {
    try {
      return (await unlock(summary.key, given)) ?? file
    } catch (error) {
      if (!isAppError(error, 'passcode.wrong')) throw error
      return stillLocked(wrong(file.path, `It was taken from ${PASSCODE_VARIABLE}.`))
    }
  }
  if (io.askHidden === null) {
    const message = `Give it in the environment variable ${PASSCODE_VARIABLE}, or run this at a terminal.`
    return stillLocked({
      code: 'passcode.required',
      message: `${summary.problems[0]?.message ?? ''} ${message}`.trim(),
    })
  }
  const question = findFormat(formatId)?.passcode
  if (question) io.err(`${plain(question.help)}\n`)
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    const passcode = await askSecret(io, `${question?.label ?? 'Passcode'} of ${quoted(file.path)}`)
    // Nothing typed: the person goes without it.
    if (passcode === null) return file
    try {
      return (await unlock(summary.key, passcode)) ?? file
    } catch (error) {
      if (!isAppError(error, 'passcode.wrong')) throw error
      if (attempt < TRIES) io.err('That is not the one. Again, or press Enter to leave it out.\n')
    }
  }
  return stillLocked(wrong(file.path))
}

function wrong(file: string, more = ''): Problem {
  const { code, message } = problemOf(new AppError('passcode.wrong', { file }))
  return { code, message: `${message} ${more}`.trim() }
}

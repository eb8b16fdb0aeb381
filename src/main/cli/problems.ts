import { codedError } from '../../shared/coded-error.ts'
import { errorSentence } from '../../shared/error-texts.ts'
import { isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { CliIo } from './io.ts'
import { plain } from './terminal-text.ts'

/** Any failure as code and sentence. What nobody expected shows no message of its own: it may quote input. */
export function problemOf(error: unknown): Problem {
  if (error instanceof UnreadableError) return error.problem
  const coded = isAppError(error) ? codedError(error.code, error.details) : codedError('internal', {})
  return { code: coded.code, message: errorSentence(coded) }
}

/** A file whose problem is in words already. */
export class UnreadableError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.code)
    this.problem = problem
  }
}

/** One line each, on standard error. */
export function printProblems(io: CliIo, problems: readonly Problem[]): void {
  for (const problem of problems) io.err(`${plain(problem.message)}\n`)
}

/** The same sentence about the same thing once. */
export function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [`${problem.code}\n${problem.message}`, problem])).values()]
}

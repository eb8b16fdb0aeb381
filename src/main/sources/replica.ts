import { existsSync } from 'node:fs'
import { REPLICA_SUFFIX } from '../backends/file-facts.ts'
import type { Problem } from '../domain/problem.ts'

/** What must be known of the local copy of a database on a libSQL server; none for any other file. */
export function replicaProblems(path: string): readonly Problem[] {
  if (!existsSync(path + REPLICA_SUFFIX)) return []
  return [
    {
      code: 'source.replica',
      message:
        'This file is the local copy of a database on a libSQL server (Turso). It may be older than what is there, and the next synchronisation brings back what is deleted or changed here. Change or log out the session where the server has it.',
    },
  ]
}

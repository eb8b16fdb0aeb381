import { existsSync, readFileSync, statSync } from 'node:fs'
import { REPLICA_SUFFIX } from '../backends/file-facts.ts'
import { AppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'

const CURE = 'changes belong to the server: add it as a source, and make them there'

/** What must be known of the local copy of a database on a libSQL server; none for any other file. */
export function replicaProblems(path: string): readonly Problem[] {
  if (!isReplica(path)) return []
  return [
    {
      code: 'source.replica',
      message: `This file is the local copy of a database on a libSQL server (Turso). It may be older than what is there, and nothing is written to it: ${CURE}.`,
    },
  ]
}

/** @throws AppError request.unsupported: the next synchronisation would undo a change, or fail because of it */
export function assertNoReplica(path: string): void {
  if (!isReplica(path)) return
  throw new AppError('request.unsupported', {
    reason: `the file is the local copy of a database on a libSQL server (Turso), and ${CURE}`,
  })
}

/** An embedded replica of libSQL, by what its library keeps beside it. */
function isReplica(path: string): boolean {
  return existsSync(path + REPLICA_SUFFIX) || isSyncInfo(`${path}-info`)
}

const MAX_INFO_BYTES = 4096

/** What libSQL writes where local changes are sent, too: `{"hash":…,"version":0,"durable_frame_num":…,"generation":…}`. */
function isSyncInfo(path: string): boolean {
  try {
    const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0 }
    if (size === 0 || size > MAX_INFO_BYTES) return false
    const info: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof info === 'object' && info !== null && 'durable_frame_num' in info
  } catch {
    // Whatever else lies there is none.
    return false
  }
}

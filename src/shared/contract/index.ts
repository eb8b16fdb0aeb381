import type { ContractRouterClient } from '@orpc/contract'
import { appContract } from './app.ts'
import { auditContract } from './audit.ts'
import { doctorContract } from './doctor.ts'
import { exportsContract } from './exports.ts'
import { extensionsContract } from './extensions.ts'
import { formatsContract } from './formats.ts'
import { importsContract } from './imports.ts'
import { jobsContract } from './jobs.ts'
import { peersContract } from './peers.ts'
import { secretsContract } from './secrets.ts'
import { sessionsContract } from './sessions.ts'
import { sourcesContract } from './sources.ts'
import { telegramContract } from './telegram.ts'
import { trashContract } from './trash.ts'

/** Every call the window can make. The renderer imports this as a type only. */
export const contract = {
  app: appContract,
  formats: formatsContract,
  sources: sourcesContract,
  sessions: sessionsContract,
  peers: peersContract,
  imports: importsContract,
  exports: exportsContract,
  secrets: secretsContract,
  trash: trashContract,
  jobs: jobsContract,
  audit: auditContract,
  doctor: doctorContract,
  extensions: extensionsContract,
  telegram: telegramContract,
}

export type Contract = typeof contract
export type Client = ContractRouterClient<Contract>

import type { Router } from '@orpc/server'
import type { Contract } from '../../shared/contract/index.ts'
import { appService } from './app.ts'
import { auditService } from './audit.ts'
import type { Core } from './core.ts'
import { doctorService } from './doctor.ts'
import { exportsService } from './exports.ts'
import { extensionsService } from './extensions.ts'
import { formatsService } from './formats.ts'
import { createImplementer } from './implementer.ts'
import { importsService } from './imports.ts'
import { jobsService } from './jobs.ts'
import { peersService } from './peers.ts'
import { secretsService } from './secrets.ts'
import { sessionsService } from './sessions.ts'
import { sourcesService } from './sources.ts'
import type { Telegram } from './telegram/open-telegram.ts'
import { telegramService } from './telegram/telegram.ts'
import { trashService } from './trash.ts'

/** Every area of the contract over one core; the compiler names a call that nobody implements. */
export function createRouter(core: Core, telegram: Telegram): Router<Contract, Record<never, never>> {
  const os = createImplementer(core.ports.log, () => core.library.protection.state().state === 'locked')
  return os.router({
    app: appService(os.app, core),
    formats: formatsService(os.formats),
    sources: sourcesService(os.sources, core),
    sessions: sessionsService(os.sessions, core),
    peers: peersService(os.peers, core),
    imports: importsService(os.imports, core),
    exports: exportsService(os.exports, core),
    secrets: secretsService(os.secrets, core),
    trash: trashService(os.trash, core),
    jobs: jobsService(os.jobs, core),
    audit: auditService(os.audit, core),
    doctor: doctorService(os.doctor, core),
    extensions: extensionsService(os.extensions, core),
    telegram: telegramService(os.telegram, core, telegram),
  })
}

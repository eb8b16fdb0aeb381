import { createLocalGateway } from './local-gateway.ts'
import { openParentPort } from './parent-port.ts'
import { serveGateway } from './serve-gateway.ts'

/** Entry of the process that talks to Telegram; `process-gateway.ts` starts and ends it. */
serveGateway(openParentPort(), createLocalGateway)

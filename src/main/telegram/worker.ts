import { parentPort, workerData } from 'node:worker_threads'
import { createLocalGateway, type LocalGatewayOptions } from './local-gateway.ts'
import { serveGateway } from './serve-gateway.ts'

/** Entry of the thread that talks to Telegram; `worker-gateway.ts` starts and ends it. */
if (parentPort !== null) serveGateway(parentPort, createLocalGateway(workerData as LocalGatewayOptions))

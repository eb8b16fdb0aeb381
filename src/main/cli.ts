import { processIo } from './cli/io.ts'
import { runCli } from './cli/run.ts'
import { VERSION } from './shell/version.ts'

process.exitCode = await runCli(process.argv.slice(2), processIo(VERSION, import.meta.dirname))

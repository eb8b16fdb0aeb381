import { serve } from './headless/serve.ts'
import { VERSION } from './shell/version.ts'

process.exitCode = await serve(process.argv.slice(2), {
  version: VERSION,
  code: import.meta.dirname,
  write: (text) => process.stdout.write(text),
  warn: (text) => process.stderr.write(text),
})

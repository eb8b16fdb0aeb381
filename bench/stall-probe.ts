import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

/**
 * Loaded into a program with `--import`: writes its longest stall (milliseconds) to `STALL_FILE` on SIGUSR2 and starts
 * counting anew.
 */
const loop = monitorEventLoopDelay({ resolution: 1 })
loop.enable()
process.on('SIGUSR2', () => {
  const file = process.env['STALL_FILE']
  if (file) writeFileSync(file, String(loop.max / 1e6))
  loop.reset()
})

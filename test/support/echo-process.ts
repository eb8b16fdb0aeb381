import { openParentPort } from '../../src/main/telegram/parent-port.ts'

/** A process that sends everything back; with `spin` it never comes to rest again. */
const line = openParentPort()
line.onMessage((message) => {
  line.send(message)
  if (message === 'spin') for (;;);
})

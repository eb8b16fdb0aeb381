import { MantineProvider } from '@mantine/core'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { startConnection } from './connection.ts'
import type { FirstConnection } from './first-connection.ts'
import { cssVariables, theme } from './theme.ts'

/** Draws the window. The first calls go out while React mounts. */
export function start(first: FirstConnection): void {
  startConnection(first)
  const nonce = document.querySelector<HTMLElement>('meta[property=csp-nonce]')?.nonce ?? ''
  // Read by react-remove-scroll, which adds a style element of its own.
  Object.assign(globalThis, { __webpack_nonce__: nonce })
  const root = document.getElementById('root')
  if (root === null) throw new Error('no root element')
  createRoot(root).render(
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <App />
    </MantineProvider>,
  )
}

import '@mantine/core/styles.layer.css'
import './app/tokens.css'
import './app/base.css'
import './app/frame.css'
import './ui/ui.css'
import { MantineProvider } from '@mantine/core'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { startConnection } from './app/connection.ts'
import { cssVariables, theme } from './app/theme.ts'

// The first calls go out while React mounts.
startConnection()

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

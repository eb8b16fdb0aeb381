import './app/mantine.css'
import './app/tokens.css'
import './app/base.css'
import './app/frame.css'
import './ui/ui.css'
import { connectFirst } from './app/first-connection.ts'

// The handshake goes out while the code of the window is still being fetched and read.
const first = connectFirst()
void import('./app/start.tsx').then(({ start }) => start(first))

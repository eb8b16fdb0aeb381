import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

export default defineConfig({
  main: {
    build: {
      sourcemap: true,
      rolldownOptions: {
        // The three shells and the workers share one set of chunks.
        input: {
          index: resolve('src/main/index.ts'),
          server: resolve('src/main/server.ts'),
          cli: resolve('src/main/cli.ts'),
          worker: resolve('src/main/workers/worker.ts'),
          'telegram-process': resolve('src/main/telegram/process.ts'),
          // Started by --demo alone: it carries the Telegram that the tests have, and no other entry does.
          'demo-telegram': resolve('src/main/samples/demo-telegram-worker.ts'),
        },
      },
    },
  },
  preload: {
    build: {
      // A sandboxed preload can be neither an ES module nor split over files.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    plugins: [react()],
    html: { cspNonce: '__CSP_NONCE__' },
    build: {
      minify: true,
      cssMinify: true,
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        output: {
          codeSplitting: {
            // The first frame needs two files, not thirty: what connects, and all that the window draws at first.
            groups: [
              { name: 'connection', test: /renderer[\\/]app[\\/]first-connection\.ts$/, priority: 2 },
              { name: 'window', test: /renderer[\\/]app[\\/]start\.tsx$/, priority: 1 },
            ],
          },
        },
      },
    },
  },
})

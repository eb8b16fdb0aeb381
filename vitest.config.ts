import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['src/{main,shared,preload}/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/interop/**', '**/node_modules/**'],
          alias: { electron: new URL('./test/support/electron-double/electron.ts', import.meta.url).pathname },
          testTimeout: 30_000,
        },
      },
      {
        // With the libraries themselves: needs their toolchains, and their packages once. `npm run test:interop`.
        test: {
          name: 'interop',
          environment: 'node',
          include: ['test/interop/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 960_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'web',
          environment: 'happy-dom',
          include: ['src/renderer/**/*.test.{ts,tsx}'],
          setupFiles: ['test/support/patient-queries.ts'],
          testTimeout: 30_000,
        },
      },
    ],
  },
})

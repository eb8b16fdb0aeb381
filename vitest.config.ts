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
          exclude: ['test/interop/**', 'test/integration/**', '**/node_modules/**'],
          alias: { electron: new URL('./test/support/electron-double/electron.ts', import.meta.url).pathname },
          testTimeout: 30_000,
          // Some open a whole library before each test.
          hookTimeout: 30_000,
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
        // Against real servers, started from what is installed. `npm run test:integration`.
        test: {
          name: 'integration',
          environment: 'node',
          include: ['test/integration/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 180_000,
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

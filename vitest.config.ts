import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

const NOT_OURS = ['**/node_modules/**', 'out/**', 'dist/**', '.tools/**'];
const HEAVY = ['**/*.property.test.ts', '**/*.fuzz.test.ts', '**/*.pg.test.ts'];

/** One project per suffix: the suffix says what a test needs. */
export default defineConfig({
  plugins: [react()],
  test: {
    exclude: NOT_OURS,
    // A test that leaves spies, timers or globals behind would make its neighbours depend on order.
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    passWithNoTests: true,
    // Generous: a test waits for events, not for time, and a busy machine is no reason to fail.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'unit', include: ['**/*.test.{ts,tsx}'], exclude: [...NOT_OURS, ...HEAVY] } },
      {
        extends: true,
        test: { name: 'property', include: ['**/*.property.test.ts'], setupFiles: ['.ci/fast-check.ts'] },
      },
      { extends: true, test: { name: 'fuzz', include: ['**/*.fuzz.test.ts'], testTimeout: 120_000 } },
      {
        extends: true,
        test: {
          name: 'pg',
          include: ['**/*.pg.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          // A browser rendered in software on two shared cores can miss a beat; a real fault fails twice.
          retry: 1,
          include: ['**/*.e2e.ts'],
          // Only a machine with an Electron binary can run these: `npm run e2e -- --exclude ''` there.
          exclude: [...NOT_OURS, '**/*.electron.e2e.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});

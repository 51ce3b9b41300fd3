import { defineConfig, type ViteUserConfig } from 'vitest/config';
import { hostNames } from './hosts/index.ts';
import TableReporter from './table.ts';

/** One project per bundler, all with the same tests, one for development servers, and one for the playground. */
const config: ViteUserConfig = defineConfig({
  test: {
    globalSetup: 'test/bundlers/bench/setup.ts',
    reporters: ['default', new TableReporter()],
    projects: [
      {
        extends: true as const,
        test: { name: 'development servers', include: ['test/bundlers/devServers.ts'], testTimeout: 120_000, hookTimeout: 120_000 },
      },
      {
        extends: true as const,
        test: {
          name: 'playground',
          include: ['test/playground/playground.ts', 'test/playground/largeModel.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      ...hostNames.map((bundler) => ({
        extends: true as const,
        test: {
          name: bundler,
          include: ['test/bundlers/matrix.ts'],
          provide: { bundler },
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      })),
    ],
  },
});

export default config;

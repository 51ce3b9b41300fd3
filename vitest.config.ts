import { defineConfig, type ViteUserConfig } from 'vitest/config';

// Tests that start processes or compilers take their time on a busy machine; none waits for anything else.
const patience = { testTimeout: 60_000, hookTimeout: 120_000 };

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      // The sources keep no state in modules, so that their tests share those, and need not load them file by file.
      { test: { name: 'sources', include: ['src/**/*.test.ts', 'playground/src/**/*.test.ts'], isolate: false, ...patience } },
      { test: { name: 'whole', include: ['test/**/*.test.ts'], ...patience } },
    ],
  },
});

export default config;

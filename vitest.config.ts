import { defineConfig, type ViteUserConfig } from 'vitest/config';

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Tests that start processes or compilers take their time on a busy machine; none waits for anything else.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});

export default config;

import { modelFile, netTest } from '../harness.mjs';

export default {
  name: 'vitest',
  title: 'Vitest',
  shows: 'vitest',
  packages: ['vitest'],
  setup: ['vitest.config.js', 'net.test.js'],
  files: {
    'vitest.config.js': `import ncnn from 'unplugin-ncnn/vite';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [ncnn()] });
`,
    'net.test.js': netTest("import { expect, it } from 'vitest';", "import net from './alexa.onnx?ncnn';"),
    'alexa.onnx': modelFile,
  },
  check({ run }) {
    run('vitest', 'run');
  },
};

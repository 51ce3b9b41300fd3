import { modelFile } from '../harness.mjs';

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
    'net.test.js': `import { createSession } from 'unplugin-ncnn/interpreter';
import { expect, it } from 'vitest';
import net from './alexa.onnx?ncnn';

it('runs the net', async () => {
  const session = await createSession(net);
  const [{ data }] = Object.values(await session.run({ 'onnx::Flatten_0': new Float32Array(16 * 96) }));
  expect(data[0]).toBeCloseTo(0.4877, 3);
});
`,
    'alexa.onnx': modelFile,
  },
  check({ run }) {
    run('vitest', 'run');
  },
};

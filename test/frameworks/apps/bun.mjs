import { modelFile } from '../harness.mjs';

export default {
  name: 'bun',
  title: 'Bun',
  shows: '@oven/bun-linux-x64',
  packages: ['@oven/bun-linux-x64'],
  setup: ['app.js'],
  note: 'Convert first, then import the module. Bun runs it, and its bundler copies the weights.',
  install: 'bunx unplugin-ncnn convert alexa.onnx --emit module,dts -o nets\nbun app.js',
  files: {
    'app.js': `import net, { LayerId, loadBin } from './nets/alexa.mjs';
import { createSession } from 'unplugin-ncnn/runtime';

const session = await createSession(net);
const [{ data }] = Object.values(await session.run({ 'onnx::Flatten_0': new Float32Array(16 * 96) }));
console.log(JSON.stringify([(await loadBin()).length, data[0].toFixed(3), LayerId.Gemm_3]));
`,
    'alexa.onnx': modelFile,
  },
  check({ run, expectOutput, bytes }) {
    const bun = 'node_modules/@oven/bun-linux-x64/bin/bun';
    run(bun, 'node_modules/unplugin-ncnn/dist/cli.mjs', 'convert', 'alexa.onnx', '--emit', 'module,dts', '-o', 'nets');
    expectOutput([bytes, '0.488', 3], bun, 'app.js');
  },
};

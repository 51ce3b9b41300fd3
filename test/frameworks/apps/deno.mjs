import { modelFile } from '../harness.mjs';

const deno = 'node_modules/@deno/linux-x64-glibc/deno';

export default {
  name: 'deno',
  title: 'Deno',
  shows: '@deno/linux-x64-glibc',
  packages: ['@deno/linux-x64-glibc'],
  setup: ['app.js'],
  note: 'Convert first, then import the module. With `--allow-read`, Deno reads the weights and ncnn.wasm.',
  install: 'npx unplugin-ncnn convert alexa.onnx --emit module,dts -o nets\ndeno run --allow-read --node-modules-dir=manual app.js',
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
    run('node', 'node_modules/unplugin-ncnn/dist/cli.mjs', 'convert', 'alexa.onnx', '--emit', 'module,dts', '-o', 'nets');
    expectOutput([bytes, '0.488', 3], deno, 'run', '--allow-read', '--node-modules-dir=manual', 'app.js');
  },
};

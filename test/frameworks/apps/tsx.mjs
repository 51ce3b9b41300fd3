import { modelFile } from '../harness.mjs';

export default {
  name: 'tsx',
  title: 'Node and tsx',
  shows: 'tsx',
  packages: ['tsx'],
  setup: ['app.ts'],
  note: "Node imports models with this package's loader, with or without tsx.",
  install: 'node --import unplugin-ncnn/register app.js\nnode --import tsx --import unplugin-ncnn/register app.ts',
  files: {
    'app.ts': `import net, { LayerId } from './alexa.onnx?ncnn';
import { createSession } from 'unplugin-ncnn/interpreter';

enum Input {
  Frames = 'onnx::Flatten_0',
}

const session = await createSession(net);
const [{ data }] = Object.values(await session.run({ [Input.Frames]: new Float32Array(16 * 96) }));
console.log(JSON.stringify([data[0].toFixed(3), LayerId.Gemm_3]));
`,
    'app.js': `import { LayerId, loadBin } from './alexa.onnx?ncnn';

console.log(JSON.stringify([(await loadBin()).length, LayerId.Gemm_3]));
`,
    'alexa.onnx': modelFile,
  },
  build: ['node', '--import', 'unplugin-ncnn/register', 'app.js'],
  page: 'app.js',
  check({ expectOutput, bytes }) {
    const loader = ['--import', 'unplugin-ncnn/register'];
    expectOutput([bytes, 3], 'node', ...loader, 'app.js');
    expectOutput(['0.488', 3], 'node', '--import', 'tsx', ...loader, 'app.ts');
    expectOutput(['0.488', 3], 'tsx', ...loader, 'app.ts');
  },
};

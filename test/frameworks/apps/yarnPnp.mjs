import { modelFile, packageFile } from '../harness.mjs';

export default {
  name: 'yarn-pnp',
  title: 'Yarn PnP',
  shows: '@yarnpkg/cli-dist',
  packages: ['@yarnpkg/cli-dist'],
  setup: ['app/.yarnrc.yml', 'app/vite.config.js'],
  note: "The plugin, the command line tool and the loader for Node run from Yarn's archives.",
  files: {
    // In a separate folder, because npm installs Yarn itself.
    'app/package.json': `{
  "name": "app",
  "private": true,
  "type": "module",
  "dependencies": { "vite": "~8.3.8", "unplugin-ncnn": "file:../unplugin-ncnn.tgz" }
}
`,
    'app/yarn.lock': '',
    'app/.yarnrc.yml': `nodeLinker: pnp
enableGlobalCache: false
enableTelemetry: false
enableImmutableInstalls: false
`,
    'app/vite.config.js': "import ncnn from 'unplugin-ncnn/vite';\n\nexport default { plugins: [ncnn()] };\n",
    'app/index.html': '<!doctype html><html><body><pre id="result"></pre><script type="module" src="./main.js"></script></body></html>',
    'app/main.js': `import net, { LayerId } from './alexa.onnx?ncnn';
import { createSession } from 'unplugin-ncnn/runtime';

const session = await createSession(net);
const [{ data }] = Object.values(await session.run({ 'onnx::Flatten_0': new Float32Array(16 * 96) }));
document.querySelector('#result').textContent = JSON.stringify({ score: data[0].toFixed(3), layer: LayerId.Gemm_3 });
`,
    'app/script.js': `import net from './alexa.onnx?ncnn';

console.log(net.binLength);
`,
    'app/alexa.onnx': modelFile,
    'unplugin-ncnn.tgz': packageFile,
  },
  async check({ run, expectOutput, serveFolder, visit, bytes }) {
    const yarn = (...words) => run('yarn', '--cwd', 'app', ...words);
    yarn('install');
    yarn('vite', 'build');
    yarn('unplugin-ncnn', 'convert', 'alexa.onnx', '-o', 'out');
    expectOutput(bytes, 'yarn', '--cwd', 'app', 'node', '--import', 'unplugin-ncnn/register', 'script.js');
    await serveFolder('app/dist', (origin) => visit(origin, { score: '0.488', layer: 3 }));
  },
};

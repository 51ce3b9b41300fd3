import { modelFile, packageFile } from '../harness.mjs';

export default {
  name: 'pnpm-workspace',
  title: 'pnpm workspace',
  shows: 'pnpm',
  packages: ['pnpm'],
  setup: [
    'workspace/packages/words/index.js',
    'workspace/packages/words/package.json',
    'workspace/packages/app/main.js',
    'workspace/packages/app/vite.config.js',
  ],
  note: 'A package of the workspace imports the model, and the app has the plugin.',
  files: {
    // In a separate folder, because npm installs pnpm itself.
    'workspace/pnpm-workspace.yaml': 'packages:\n  - packages/*\n',
    'workspace/package.json': '{ "name": "root", "private": true }\n',
    'workspace/packages/words/package.json': '{ "name": "words", "version": "1.0.0", "type": "module", "exports": "./index.js" }\n',
    'workspace/packages/words/index.js': "export { LayerId, loadBin } from './alexa.onnx?ncnn';\n",
    'workspace/packages/words/alexa.onnx': modelFile,
    'workspace/packages/app/package.json': `{
  "name": "app",
  "private": true,
  "type": "module",
  "dependencies": { "vite": "^8", "words": "workspace:*", "unplugin-ncnn": "file:../../../unplugin-ncnn.tgz" }
}
`,
    'workspace/packages/app/vite.config.js': "import ncnn from 'unplugin-ncnn/vite';\n\nexport default { plugins: [ncnn()] };\n",
    'workspace/packages/app/index.html':
      '<!doctype html><html><body><pre id="result"></pre><script type="module" src="./main.js"></script></body></html>',
    'workspace/packages/app/main.js': `import { LayerId, loadBin } from 'words';

const weights = await loadBin();
document.querySelector('#result').textContent = JSON.stringify({ page: weights.length, layer: LayerId.Gemm_3 });
`,
    'unplugin-ncnn.tgz': packageFile,
  },
  async check({ run, serveFolder, visit, bytes }) {
    // A native executable, not a script.
    const pnpm = 'node_modules/pnpm/pnpm';
    run(pnpm, '--dir', 'workspace', 'install', '--no-frozen-lockfile', '--store-dir', '.store');
    run(pnpm, '--dir', 'workspace', '--filter', 'app', 'exec', 'vite', 'build');
    await serveFolder('workspace/packages/app/dist', (origin) => visit(origin, { page: bytes, layer: 3 }));
  },
};

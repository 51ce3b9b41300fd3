import { modelFile } from '../harness.mjs';

const inFolder = (folder, files) => Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]));

export default {
  name: 'library',
  title: 'Library and workspace',
  shows: 'vite',
  packages: ['vite'],
  workspaces: ['packages/*'],
  setup: ['packages/words/vite.config.js', 'packages/words/src/index.js', 'packages/app/main.js'],
  note: 'A library embeds the weights or, with `url`, writes them to a file beside its code. Both work in an app that bundles the library, without the plugin.',
  files: {
    ...inFolder('packages/words', {
      'package.json': '{ "name": "words", "version": "1.0.0", "type": "module", "exports": "./dist/index.js" }\n',
      'vite.config.js': `import ncnn from 'unplugin-ncnn/vite';

export default {
  plugins: [ncnn()],
  build: { lib: { entry: 'src/index.js', formats: ['es'], fileName: 'index' } },
};
`,
      'src/index.js': `import { LayerId, loadBin } from './alexa.onnx?ncnn';
import { loadBin as loadFile } from './alexa.onnx?url&ncnn';

export const layer = LayerId.Gemm_3;
export const lengths = async () => [(await loadBin()).length, (await loadFile()).length];
`,
      'src/alexa.onnx': modelFile,
    }),
    ...inFolder('packages/app', {
      'package.json': '{ "name": "app", "private": true, "type": "module", "dependencies": { "words": "*" } }\n',
      'vite.config.js': 'export default {};\n',
      'index.html': '<!doctype html><html><body><pre id="result"></pre><script type="module" src="./main.js"></script></body></html>',
      'main.js': `import { layer, lengths } from 'words';

const [embedded, file] = await lengths();
document.querySelector('#result').textContent = JSON.stringify({ embedded, file, layer });
`,
      'server.js': "import { layer, lengths } from 'words';\n\nconsole.log(JSON.stringify([...(await lengths()), layer]));\n",
    }),
  },
  build: ['vite', 'build', 'packages/words'],
  page: 'packages/words/src/index.js',
  async check({ run, expectOutput, serveFolder, visit, bytes }) {
    run('vite', 'build', 'packages/words');
    run('vite', 'build', 'packages/app');
    expectOutput([bytes, bytes, 3], 'node', 'packages/app/server.js');
    await serveFolder('packages/app/dist', (origin) => visit(origin, { embedded: bytes, file: bytes, layer: 3 }));
  },
};

import { modelFile } from '../harness.mjs';

export default {
  name: 'electron',
  title: 'Electron',
  shows: 'electron-vite',
  packages: ['electron-vite', 'vite'],
  setup: ['electron.vite.config.mjs', 'src/main/index.js', 'src/renderer/main.js'],
  note: 'Built with electron-vite. The main process runs in Node, and the window in Chromium.',
  files: {
    'electron.vite.config.mjs': `import { defineConfig } from 'electron-vite';
import ncnn from 'unplugin-ncnn/vite';

export default defineConfig({
  main: { plugins: [ncnn()] },
  renderer: { plugins: [ncnn()] },
});
`,
    'src/main/index.js': `import { LayerId, loadBin } from '../alexa.onnx?ncnn';

console.log(JSON.stringify({ main: (await loadBin()).length, layer: LayerId.Gemm_3 }));
`,
    'src/renderer/index.html':
      '<!doctype html><html><body><pre id="result"></pre><script type="module" src="./main.js"></script></body></html>',
    'src/renderer/main.js': `import { LayerId, loadBin } from '../alexa.onnx?ncnn';

const weights = await loadBin();
document.querySelector('#result').textContent = JSON.stringify({ page: weights.length, layer: LayerId.Gemm_3 });
`,
    'src/alexa.onnx': modelFile,
  },
  build: ['electron-vite', 'build'],
  page: 'src/renderer/main.js',
  pages: 'out/renderer',
  environment: { ELECTRON_MAJOR_VER: '40' },
  async check({ run, expectOutput, serveFolder, visit, bytes }) {
    run('electron-vite', 'build');
    expectOutput({ main: bytes, layer: 3 }, 'node', 'out/main/index.js');
    await serveFolder('out/renderer', (origin) => visit(origin, { page: bytes, layer: 3 }));
  },
};

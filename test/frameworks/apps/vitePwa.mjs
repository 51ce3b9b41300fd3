import { modelFile } from '../harness.mjs';

export default {
  name: 'vite-pwa',
  title: 'VitePWA',
  shows: 'vite-plugin-pwa',
  packages: ['vite-plugin-pwa', 'vite'],
  setup: ['vite.config.js', 'main.js'],
  note: 'By default, Workbox does not precache `.bin` and `.wasm` files or files over 2 MB: list them, and raise the limit.',
  files: {
    'vite.config.js': `import ncnn from 'unplugin-ncnn/vite';
import { VitePWA } from 'vite-plugin-pwa';

export default {
  plugins: [
    ncnn(),
    VitePWA({
      registerType: 'autoUpdate',
      injectRegister: 'inline',
      workbox: { globPatterns: ['**/*.{js,css,html,bin,wasm}'], maximumFileSizeToCacheInBytes: 100e6 },
    }),
  ],
};
`,
    'index.html': '<!doctype html><html><body><pre id="result"></pre><script type="module" src="./main.js"></script></body></html>',
    'main.js': `import { LayerId, loadBin } from './alexa.onnx?ncnn';

await navigator.serviceWorker.ready;
const weights = await loadBin();
document.querySelector('#result').textContent = JSON.stringify({ page: weights.length, layer: LayerId.Gemm_3 });
`,
    'alexa.onnx': modelFile,
  },
  build: ['vite', 'build'],
  page: 'main.js',
  pages: 'dist/assets',
  async check({ run, serveFolder, visit, bytes }) {
    run('vite', 'build');
    // Also from the cache of the service worker, without a network.
    await serveFolder('dist', (origin) => visit(origin, { page: bytes, layer: 3 }, { offlineToo: true }));
  },
};

import { modelFile } from '../harness.mjs';

export default {
  name: 'astro',
  title: 'Astro',
  shows: 'astro',
  packages: ['astro'],
  setup: ['astro.config.mjs', 'src/pages/index.astro'],
  note: 'Code between `---` runs when the page is built. There, `binUrl` is the URL that the page fetches.',
  files: {
    'astro.config.mjs': `import { defineConfig } from 'astro/config';
import ncnn from 'unplugin-ncnn/vite';

export default defineConfig({ vite: { plugins: [ncnn()] } });
`,
    'src/pages/index.astro': `---
import net from '../alexa.onnx?ncnn';
const built = (await net.loadBin()).length;
---
<html>
  <body data-built={built} data-url={net.binUrl}>
    <pre id="result"></pre>
    <script>
      import { LayerId, loadBin } from '../alexa.onnx?ncnn';
      const { built, url } = document.body.dataset;
      const weights = await loadBin();
      const served = (await (await fetch(url)).arrayBuffer()).byteLength;
      document.querySelector('#result').textContent = JSON.stringify({ server: Number(built), page: weights.length, served, layer: LayerId.Gemm_3 });
    </script>
  </body>
</html>
`,
    'src/alexa.onnx': modelFile,
  },
  build: ['astro', 'build'],
  page: 'src/pages/index.astro',
  pages: 'dist',
  async check({ run, serve, visit, bytes }) {
    run('astro', 'build');
    return await serve(['astro', 'preview', '--port', 'PORT', '--host', '127.0.0.1'], (origin) =>
      visit(origin, { server: bytes, page: bytes, served: bytes, layer: 3 }),
    );
  },
};

import { modelFile } from '../harness.mjs';

export default {
  name: 'sveltekit',
  title: 'SvelteKit',
  shows: '@sveltejs/kit',
  packages: ['@sveltejs/kit', '@sveltejs/adapter-node', '@sveltejs/vite-plugin-svelte', 'svelte', 'vite'],
  setup: ['vite.config.js', 'src/routes/+page.server.js', 'src/routes/+page.svelte', 'src/routes/run/+page.svelte'],
  note: 'The server code embeds the weights. There, `binUrl` is the URL that the page fetches.',
  files: {
    'vite.config.js': `import adapter from '@sveltejs/adapter-node';
import { sveltekit } from '@sveltejs/kit/vite';
import ncnn from 'unplugin-ncnn/vite';

export default { plugins: [ncnn(), sveltekit({ adapter: adapter() })] };
`,
    'src/app.html': '<!doctype html><html><head>%sveltekit.head%</head><body>%sveltekit.body%</body></html>',
    'src/routes/+page.server.js': `import net from '../lib/alexa.onnx?ncnn';

export async function load() {
  const weights = await net.loadBin();
  return { bytes: weights.length, url: net.binUrl };
}
`,
    'src/routes/+page.svelte': `<script>
  import { onMount } from 'svelte';
  import { LayerId, loadBin } from '../lib/alexa.onnx?ncnn';
  let { data } = $props();
  let result = $state('');
  onMount(async () => {
    const weights = await loadBin();
    const served = data.url === undefined ? 0 : (await (await fetch(data.url)).arrayBuffer()).byteLength;
    result = JSON.stringify({ server: data.bytes, page: weights.length, served, layer: LayerId.Gemm_3 });
  });
</script>

<pre id="result">{result}</pre>
`,
    'src/routes/run/+page.svelte': `<script>
  import { onMount } from 'svelte';
  import { createSession } from 'unplugin-ncnn/runtime';
  import net from '../../lib/alexa.onnx?ncnn';
  let result = $state('');
  onMount(async () => {
    const session = await createSession(net);
    const [{ data }] = Object.values(await session.run({ 'onnx::Flatten_0': new Float32Array(16 * 96) }));
    result = JSON.stringify({ score: data[0].toFixed(3) });
  });
</script>

<pre id="result">{result}</pre>
`,
    'src/lib/alexa.onnx': modelFile,
  },
  build: ['vite', 'build'],
  page: 'src/routes/+page.svelte',
  pages: 'build/client/_app/immutable/nodes',
  async check({ run, serve, visit, bytes }) {
    run('vite', 'build');
    return await serve(['node', 'build/index.js'], async (origin) => {
      await visit(origin, { server: bytes, page: bytes, served: bytes, layer: 3 });
      await visit(`${origin}/run`, { score: '0.488' });
    });
  },
};

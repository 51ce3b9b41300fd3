import { modelFile } from '../harness.mjs';

export default {
  name: 'solid-start',
  title: 'SolidStart',
  shows: '@solidjs/start',
  packages: ['@solidjs/start', '@solidjs/router@^0.16', 'solid-js@^1', 'vite', 'srvx'],
  setup: ['vite.config.js', 'src/app.jsx'],
  note: 'Served by srvx, because the server that Nitro 3.0 builds for SolidStart 2.0 does not respond with Vite 8.4, with or without this plugin.',
  files: {
    'vite.config.js': `import { solidStart } from '@solidjs/start/config';
import ncnn from 'unplugin-ncnn/vite';

export default { plugins: [ncnn(), solidStart()] };
`,
    'server.js': `import { serve } from 'srvx';
import { staticMiddleware } from 'srvx/static';
import app from './dist/server/entry-server.js';

serve({
  port: process.env.PORT,
  hostname: '127.0.0.1',
  middleware: [staticMiddleware({ dir: 'dist/client' })],
  fetch: (request) => app.fetch(request),
});
`,
    'src/app.jsx': `import { createAsync, query, Router } from '@solidjs/router';
import { createSignal, onMount, Suspense } from 'solid-js';
import { LayerId, loadBin } from './alexa.onnx?ncnn';

const bytesOnServer = query(async () => {
  'use server';
  return (await loadBin()).length;
}, 'bytes');

function Home() {
  const server = createAsync(() => bytesOnServer());
  const [result, setResult] = createSignal('');
  onMount(async () => {
    const weights = await loadBin();
    setResult(JSON.stringify({ server: await bytesOnServer(), page: weights.length, layer: LayerId.Gemm_3 }));
  });
  return (
    <main data-bytes={server()}>
      <pre id="result">{result()}</pre>
    </main>
  );
}

export default function App() {
  return <Router root={(props) => <Suspense>{props.children}</Suspense>}>{[{ path: '/', component: Home }]}</Router>;
}
`,
    'src/entry-client.jsx': `// @refresh reload
import { mount, StartClient } from '@solidjs/start/client';

mount(() => <StartClient />, document.getElementById('app'));
`,
    'src/entry-server.jsx': `// @refresh reload
import { createHandler, StartServer } from '@solidjs/start/server';

export default createHandler(() => (
  <StartServer
    document={({ assets, children, scripts }) => (
      <html lang="en">
        <head>{assets}</head>
        <body>
          <div id="app">{children}</div>
          {scripts}
        </body>
      </html>
    )}
  />
));
`,
    'src/alexa.onnx': modelFile,
  },
  build: ['vite', 'build'],
  page: 'src/app.jsx',
  pages: 'dist/client',
  async check({ run, serve, visit, bytes }) {
    run('vite', 'build');
    return await serve(['node', 'server.js'], (origin) => visit(origin, { server: bytes, page: bytes, layer: 3 }));
  },
};

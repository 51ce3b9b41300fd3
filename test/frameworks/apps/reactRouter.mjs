import { modelFile } from '../harness.mjs';

export default {
  name: 'react-router',
  title: 'React Router',
  shows: 'react-router',
  packages: ['@react-router/dev', '@react-router/serve', 'react', 'react-dom', 'isbot', 'vite'],
  setup: ['vite.config.js', 'app/routes/home.jsx'],
  note: 'The server code embeds the weights. There, `binUrl` is the URL that the page fetches.',
  files: {
    'vite.config.js': `import { reactRouter } from '@react-router/dev/vite';
import ncnn from 'unplugin-ncnn/vite';

export default { plugins: [ncnn(), reactRouter()] };
`,
    'app/root.jsx': `import { Outlet, Scripts } from 'react-router';

export default function Root() {
  return (
    <html lang="en">
      <body>
        <Outlet />
        <Scripts />
      </body>
    </html>
  );
}
`,
    'app/routes.js': "import { index } from '@react-router/dev/routes';\n\nexport default [index('routes/home.jsx')];\n",
    'app/routes/home.jsx': `import { useEffect, useState } from 'react';
import net, { LayerId, loadBin } from '../alexa.onnx?ncnn';

export async function loader() {
  return { bytes: (await loadBin()).length, url: net.binUrl };
}

export default function Home({ loaderData: { bytes, url } }) {
  const [result, setResult] = useState('');
  useEffect(() => {
    const run = async () => {
      const weights = await loadBin();
      const served = (await (await fetch(url)).arrayBuffer()).byteLength;
      setResult(JSON.stringify({ server: bytes, page: weights.length, served, layer: LayerId.Gemm_3 }));
    };
    run();
  }, [bytes, url]);
  return <pre id="result">{result}</pre>;
}
`,
    'app/alexa.onnx': modelFile,
  },
  build: ['react-router', 'build'],
  page: 'app/routes/home.jsx',
  pages: 'build/client',
  async check({ run, serve, visit, bytes }) {
    run('react-router', 'build');
    return await serve(['react-router-serve', 'build/server/index.js'], (origin) =>
      visit(origin, { server: bytes, page: bytes, served: bytes, layer: 3 }),
    );
  },
};

import { modelFile } from '../harness.mjs';

export default {
  name: 'next',
  title: 'Next with webpack',
  shows: 'next',
  packages: ['next', 'react', 'react-dom', 'webpack'],
  setup: ['next.config.mjs', 'app/page.jsx', 'app/client.jsx', 'app/run/page.jsx'],
  note: 'Build with `next build --webpack`, because Turbopack does not support plugins.',
  files: {
    'next.config.mjs': `import ncnn from 'unplugin-ncnn/webpack';

export default {
  webpack(config) {
    config.plugins.push(ncnn());
    return config;
  },
};
`,
    'app/layout.jsx': 'export default ({ children }) => <html><body>{children}</body></html>;\n',
    'app/page.jsx': `import net from '../alexa.onnx?ncnn';
import { Client } from './client';

export default async function Page() {
  return <Client server={(await net.loadBin()).length} />;
}
`,
    'app/client.jsx': `'use client';
import { useEffect, useState } from 'react';
import { LayerId, loadBin } from '../alexa.onnx?ncnn';

export function Client({ server }) {
  const [result, setResult] = useState('');
  useEffect(() => {
    loadBin().then((weights) => setResult(JSON.stringify({ server, page: weights.length, layer: LayerId.Gemm_3 })));
  }, [server]);
  return <pre id="result">{result}</pre>;
}
`,
    'app/run/page.jsx': `'use client';
import { useEffect, useState } from 'react';
import { createSession } from 'unplugin-ncnn/runtime';
import net from '../../alexa.onnx?ncnn';

export default function Page() {
  const [result, setResult] = useState('');
  useEffect(() => {
    const run = async () => {
      const session = await createSession(net);
      const [{ data }] = Object.values(await session.run({ 'onnx::Flatten_0': new Float32Array(16 * 96) }));
      setResult(JSON.stringify({ score: data[0].toFixed(3) }));
    };
    run();
  }, []);
  return <pre id="result">{result}</pre>;
}
`,
    'alexa.onnx': modelFile,
  },
  build: ['next', 'build', '--webpack'],
  page: 'app/client.jsx',
  async check({ run, serve, visit, bytes }) {
    run('next', 'build', '--webpack');
    return await serve(['next', 'start', '-p', 'PORT', '-H', '127.0.0.1'], (origin) =>
      visit(origin, { server: bytes, page: bytes, layer: 3 }),
    );
  },
};

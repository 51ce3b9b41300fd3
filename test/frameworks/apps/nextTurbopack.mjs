import next from './next.mjs';

export default {
  ...next,
  name: 'next-turbopack',
  title: 'Next with Turbopack',
  setup: ['app/page.jsx', 'app/client.jsx'],
  note: 'Turbopack does not support plugins, so convert first and import the module. Load the weights in the page only: on the server, Turbopack returns the URL for the page.',
  install: 'npx unplugin-ncnn convert alexa.onnx --emit module,dts -o nets',
  files: {
    ...Object.fromEntries(
      Object.entries(next.files).map(([file, text]) => [
        file,
        typeof text === 'string' ? text.replace('../alexa.onnx?ncnn', '../nets/alexa.mjs') : text,
      ]),
    ),
    'app/page.jsx': "import { Client } from './client';\n\nexport default () => <Client server={null} />;\n",
    'next.config.mjs': 'export default {};\n',
  },
  build: undefined,
  pages: undefined,
  page: 'app/client.jsx',
  async check({ run, serve, visit, bytes }) {
    run('node', 'node_modules/unplugin-ncnn/dist/cli.mjs', 'convert', 'alexa.onnx', '--emit', 'module,dts', '-o', 'nets');
    run('next', 'build');
    return await serve(['next', 'start', '-p', 'PORT', '-H', '127.0.0.1'], (origin) =>
      visit(origin, { server: null, page: bytes, layer: 3 }),
    );
  },
};

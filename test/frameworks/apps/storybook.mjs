import { modelFile } from '../harness.mjs';

export default {
  name: 'storybook',
  title: 'Storybook',
  shows: 'storybook',
  packages: ['storybook', '@storybook/html-vite', 'vite'],
  setup: ['.storybook/main.js', 'src/net.stories.js'],
  files: {
    '.storybook/main.js': `import ncnn from 'unplugin-ncnn/vite';

export default {
  framework: '@storybook/html-vite',
  stories: ['../src/*.stories.js'],
  core: { disableTelemetry: true },
  viteFinal: (config) => ({ ...config, plugins: [...config.plugins, ncnn()] }),
};
`,
    'src/net.stories.js': `import { LayerId, loadBin } from './alexa.onnx?ncnn';

export default { title: 'Net' };

export const Weights = {
  render: () => {
    const result = document.createElement('pre');
    result.id = 'result';
    loadBin().then((weights) => {
      result.textContent = JSON.stringify({ page: weights.length, layer: LayerId.Gemm_3 });
    });
    return result;
  },
};
`,
    'src/alexa.onnx': modelFile,
  },
  build: ['storybook', 'build', '--quiet'],
  page: 'src/net.stories.js',
  pages: 'storybook-static/assets',
  async check({ run, serveFolder, visit, bytes }) {
    run('storybook', 'build', '--quiet');
    return await serveFolder('storybook-static', (origin) =>
      visit(`${origin}/iframe.html?id=net--weights&viewMode=story`, { page: bytes, layer: 3 }),
    );
  },
};

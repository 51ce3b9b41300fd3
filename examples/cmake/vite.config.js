import ncnn from 'unplugin-ncnn/vite';

export default {
  base: './',
  plugins: [ncnn({ native: { dir: 'native/models', forms: ['embed', 'cmake'] } })],
};

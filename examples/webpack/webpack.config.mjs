import ncnn from 'unplugin-ncnn/webpack';

export default {
  mode: 'production',
  target: 'web',
  entry: './main.js',
  plugins: [ncnn({ precision: 'fp16' })],
};

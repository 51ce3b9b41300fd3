import react from '@vitejs/plugin-react';
import ncnn from 'unplugin-ncnn/vite';

export default {
  base: './',
  plugins: [react(), ncnn({ dts: true, native: { dir: 'wasm/models', forms: ['cmake'] } })],
};

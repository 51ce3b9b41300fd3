import urls from 'virtual:examples';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import type { FilesByPath } from './filesByPath.ts';

/** A model that comes with the page. */
export interface Example {
  readonly key: string;
  readonly title: string;
  readonly about: string;
  /** Paths of its files in `virtual:examples`, the model first. */
  readonly files: readonly string[];
  readonly options: ConvertOptions;
  /** Key of the preset in `run/preprocessing.ts` for a picture. */
  readonly preprocessing?: string;
}

export const examples: readonly Example[] = [
  {
    key: 'text',
    title: 'Find text',
    about: 'PP-OCRv4 detector, ONNX',
    files: ['ch_PP-OCRv4_det_infer.onnx'],
    options: { shape: { x: [1, 3, 320, 320] } },
    preprocessing: 'paddle',
  },
  {
    key: 'direction',
    title: 'Upside down?',
    about: 'PP-OCR classifier, ONNX',
    files: ['ch_ppocr_mobile_v2.0_cls_infer.onnx'],
    options: { shape: { x: [1, 3, 48, 192] } },
    preprocessing: 'signed-bgr',
  },
  { key: 'sound', title: 'Spectrogram', about: 'openWakeWord, ONNX', files: ['melspectrogram.onnx'], options: {} },
  {
    key: 'edges',
    title: 'Edges',
    about: 'Caffe, two files',
    files: ['edges.prototxt', 'edges.caffemodel'],
    options: {},
    preprocessing: 'bytes-bgr',
  },
  {
    key: 'face',
    title: 'Embedding',
    about: 'MXNet, two files',
    files: ['embedding-symbol.json', 'embedding-0000.params'],
    options: {},
  },
  { key: 'torch', title: 'Classifier', about: 'torch.export, .pt2', files: ['classifier.pt2'], options: {} },
];

/** Loads the files of an example. Throws if one cannot be fetched. */
export async function loadExample({ files }: Example): Promise<FilesByPath> {
  const entries = files.map(async (name): Promise<[string, File]> => {
    const response = await fetch(urls[name] ?? name);
    if (!response.ok) throw new Error(`${name} cannot be loaded: HTTP ${response.status}`);
    return [name, new File([await response.blob()], name)];
  });
  return new Map(await Promise.all(entries));
}

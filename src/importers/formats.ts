import { ncnnError } from '../diagnostics/diagnostic.ts';
import type { Importer } from './importer.ts';
import { type FileKind, looksLikeOnnx, recognize } from './recognize.ts';
import type { ModelSource } from './source.ts';

/** A model format that the package reads. The importer is loaded on first use. */
export interface ModelFormat {
  readonly name: string;
  /** File name extensions of the format, each with the leading dot. */
  readonly extensions: readonly string[];
  readonly load: () => Promise<Importer>;
  /** Whether the importer reads a large file in ranges, and never as a whole. */
  readonly readsRanges?: boolean;
}

const onnx: ModelFormat = {
  name: 'onnx',
  extensions: ['.onnx'],
  readsRanges: true,
  load: async () => (await import('./onnx/importer.ts')).importOnnx,
};

/** All supported formats. To add one, add a folder here and an entry in this list. */
const modelFormats: readonly ModelFormat[] = [
  onnx,
  {
    name: 'ncnn',
    extensions: ['.param', '.param.bin', '.bin'],
    load: async () => (await import('./ncnn/importer.ts')).importNcnn,
  },
  {
    name: 'caffe',
    extensions: ['.prototxt', '.caffemodel'],
    load: async () => (await import('./caffe/importer.ts')).importCaffe,
  },
  {
    name: 'mxnet',
    extensions: ['-symbol.json', '.params'],
    load: async () => (await import('./mxnet/importer.ts')).importMxnet,
  },
  {
    name: 'pytorch',
    extensions: ['.pt2', '.pt', '.pth', '.ptl', '.jit', '.torchscript', '.ckpt', '.safetensors'],
    load: async () => (await import('./torch/importer.ts')).importTorch,
    readsRanges: true,
  },
];

/** Model files of other runtimes, recognized by content whatever their name. */
const foreignKinds: ReadonlySet<FileKind> = new Set(['tflite', 'ort', 'gguf', 'tensorrt', 'darknet', 'openvino', 'pnnx-param']);

/** Extensions of known formats without an importer. The longest matching extension wins. */
const unsupportedFormats: readonly { readonly extensions: readonly string[]; readonly description: string; readonly hint: string }[] = [
  { extensions: ['.tflite'], description: 'a TensorFlow Lite model', hint: 'Convert it with tf2onnx --tflite first.' },
  { extensions: ['.pb', '.h5', '.hdf5', '.keras'], description: 'a TensorFlow or Keras model', hint: 'Convert it with tf2onnx first.' },
  { extensions: ['.pdmodel', '.pdiparams'], description: 'a PaddlePaddle model', hint: 'Convert it with paddle2onnx first.' },
  {
    extensions: ['.mlmodel', '.mlpackage', '.mlmodelc'],
    description: 'a Core ML model',
    hint: 'Give the model that it was converted from, such as the ONNX file.',
  },
  {
    extensions: ['.engine', '.plan', '.trt'],
    description: 'a TensorRT engine',
    hint: 'Give the ONNX file that the engine was built from.',
  },
  {
    extensions: ['.cfg', '.weights'],
    description: 'a Darknet net',
    hint: 'Convert the .cfg and the .weights with darknet2ncnn, a tool of ncnn, and give the .param.',
  },
  {
    extensions: ['.xml'],
    description: 'an OpenVINO model',
    hint: 'Give the model that it was converted from, such as the ONNX file.',
  },
  {
    extensions: ['.mnn', '.rknn', '.dlc', '.nb', '.tmfile', '.om'],
    description: 'a model converted for another runtime',
    hint: 'Give the model that it was converted from, such as the ONNX file.',
  },
  { extensions: ['.ort'], description: 'a model in the ORT format', hint: 'Give the ONNX file that it was created from.' },
  {
    extensions: ['.onnxtxt', '.onnx.txt', '.onnxjson', '.onnx.json', '.textproto', '.pbtxt'],
    description: 'an ONNX model as text',
    hint: 'Save it in the binary form, as .onnx.',
  },
  { extensions: ['.gguf'], description: 'a weights file without a graph', hint: 'Export the model to ONNX.' },
];

/**
 * Chooses the format of a file by its name, or by its content if the name does not decide.
 * Throws `NcnnError`: `format-unsupported` for known formats without an importer, `format-unknown` for all others.
 */
export function chooseFormat(source: Pick<ModelSource, 'file' | 'bytes'>): ModelFormat {
  const { file } = source;
  const name = file.toLowerCase();
  const byName =
    bestMatch(modelFormats, name) ?? (looksLikeOnnx(source.bytes) && bestMatch(unsupportedFormats, name) === undefined ? onnx : undefined);
  if (byName !== undefined) return byName;
  const known = bestMatch(unsupportedFormats, name);
  if (known !== undefined) {
    throw ncnnError('format-unsupported', `the file is ${known.description}, which cannot be read yet`, known.hint, { file });
  }
  const contents = recognize(source.bytes);
  if (contents !== undefined && foreignKinds.has(contents.kind)) {
    throw ncnnError('format-unsupported', `the file is ${contents.description}, which cannot be read yet`, contents.hint, { file });
  }
  const readable = modelFormats.flatMap(({ extensions }) => extensions).join(', ');
  throw ncnnError(
    'format-unknown',
    `unsupported model format${contents === undefined ? '' : `; it is ${contents.description}`}`,
    `${contents === undefined ? '' : `${contents.hint} `}Models that can be read end in ${readable}.`,
    { file },
  );
}

/** Whether the importer of a file with this name reads a large file in ranges. */
export function readsRanges(file: string): boolean {
  return bestMatch(modelFormats, file.toLowerCase())?.readsRanges === true;
}

function bestMatch<T extends { readonly extensions: readonly string[] }>(entries: readonly T[], name: string): T | undefined {
  let found: T | undefined;
  let length = 0;
  for (const entry of entries) {
    for (const extension of entry.extensions) {
      if (name.endsWith(extension) && extension.length > length) {
        found = entry;
        length = extension.length;
      }
    }
  }
  return found;
}

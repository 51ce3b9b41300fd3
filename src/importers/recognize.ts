import type { DiagnosticCode } from '../diagnostics/catalogue/index.ts';
import { type NcnnError, ncnnError } from '../diagnostics/diagnostic.ts';
import type { ModelSource } from './source.ts';

/** The kind of a file by its first bytes, for files that users mistake for a model. */
export interface RecognizedFile {
  readonly kind: FileKind;
  /** Description with its article: `an HTML page`. */
  readonly description: string;
  /** What to do if another kind of file was expected. */
  readonly hint: string;
  /** `file-foreign` unless the file is damaged. */
  readonly code?: DiagnosticCode;
}

export type FileKind =
  | 'empty'
  | 'zeros'
  | 'html'
  | 'git-lfs'
  | 'git-annex'
  | 'zip'
  | 'gzip'
  | 'archive'
  | 'pickle'
  | 'hdf5'
  | 'tflite'
  | 'ort'
  | 'gguf'
  | 'safetensors'
  | 'tensorrt'
  | 'darknet'
  | 'openvino'
  | 'pnnx-param'
  | 'ncnn-param'
  | 'ncnn-binary-param'
  | 'onnx-text'
  | 'json'
  | 'text';

const exportHint = 'Export the model to ONNX and give that file.';
const unpackHint = 'Unpack it and give the model inside.';

/** File kinds with a fixed signature; the first match wins. */
const signatures: readonly (RecognizedFile & { readonly at: number; readonly bytes: string })[] = [
  { kind: 'zip', at: 0, bytes: 'PK\x03\x04', description: 'a zip archive (as .pt, .pth, .npz and .keras are)', hint: exportHint },
  { kind: 'gzip', at: 0, bytes: '\x1f\x8b', description: 'a gzip file', hint: unpackHint },
  { kind: 'archive', at: 0, bytes: 'BZh', description: 'a bzip2 file', hint: unpackHint },
  { kind: 'archive', at: 0, bytes: '\xfd7zXZ', description: 'an xz file', hint: unpackHint },
  { kind: 'archive', at: 0, bytes: '\x28\xb5\x2f\xfd', description: 'a zstd file', hint: unpackHint },
  { kind: 'archive', at: 0, bytes: '7z\xbc\xaf', description: 'a 7z archive', hint: unpackHint },
  { kind: 'archive', at: 257, bytes: 'ustar', description: 'a tar archive', hint: unpackHint },
  {
    kind: 'hdf5',
    at: 0,
    bytes: '\x89HDF\r\n\x1a\n',
    description: 'an HDF5 file (as .h5 of Keras is)',
    hint: 'Convert it with tf2onnx, and give the ONNX file.',
  },
  {
    kind: 'tflite',
    at: 4,
    bytes: 'TFL3',
    description: 'a TensorFlow Lite model',
    hint: 'Convert it with tf2onnx --tflite, and give the ONNX file.',
  },
  {
    kind: 'ort',
    at: 4,
    bytes: 'ORTM',
    description: 'a model in the ORT format of onnxruntime',
    hint: 'Give the ONNX file that it was created from.',
  },
  {
    kind: 'tensorrt',
    at: 0,
    bytes: 'ftrt',
    description: 'a TensorRT engine',
    hint: 'Give the ONNX file that the engine was built from.',
  },
  { kind: 'gguf', at: 0, bytes: 'GGUF', description: 'a GGUF file', hint: 'Export the model to ONNX: this file has weights but no graph.' },
  {
    kind: 'safetensors',
    at: 8,
    bytes: '{"',
    description: 'a safetensors file',
    hint: 'Export the model to ONNX: this file has weights but no graph.',
  },
  {
    kind: 'ncnn-binary-param',
    at: 0,
    bytes: '\xdd\x85\x76\x00',
    description: 'a binary .param.bin of ncnn',
    hint: 'Name it .param.bin, and put the .bin in the same folder.',
  },
  { kind: 'pickle', at: 0, bytes: '\x80\x02', description: 'a Python pickle (an old .pt or .pth)', hint: exportHint },
];

/** Text formats by their first characters after whitespace; the first match wins. */
const beginnings: readonly (RecognizedFile & { readonly pattern: RegExp })[] = [
  {
    kind: 'git-lfs',
    pattern: /^version https:\/\/git-lfs/,
    description: 'a Git LFS pointer',
    hint: 'Fetch the file with `git lfs pull`, or download it from the page of the repository.',
  },
  {
    kind: 'git-annex',
    pattern: /^\/annex\/objects\//,
    description: 'a git-annex pointer',
    hint: 'Fetch its contents with `git annex get`.',
  },
  {
    kind: 'html',
    pattern: /^(<!doctype html|<html|<head|<!--)/i,
    description: 'an HTML page',
    hint: 'Download the file itself: the address probably is that of a web page about it.',
  },
  {
    kind: 'pnnx-param',
    pattern: /^7767517\s+\d+\s+\d+\s+pnnx\./,
    description: 'a .pnnx.param, an intermediate file of pnnx',
    hint: 'Give the .ncnn.param that pnnx writes to the same folder.',
  },
  {
    kind: 'ncnn-param',
    pattern: /^7767517\s/,
    description: 'a .param file of ncnn',
    hint: 'Name it .param, and put the .bin in the same folder.',
  },
  {
    kind: 'onnx-text',
    pattern: /^(<\s*(ir_version|opset_import)|ir_version\s*:|[\w.]+\s*\([^)]*\)\s*=>)/,
    description: 'an ONNX model as text',
    hint: 'Convert it to the binary form: onnx.save(onnx.load("in.onnxtxt"), "out.onnx").',
  },
  {
    kind: 'onnx-text',
    pattern: /^\{\s*"(irVersion|ir_version|producerName|graph|opsetImport)"/,
    description: 'an ONNX model as JSON',
    hint: 'Convert it to the binary form: onnx.save(onnx.load("in.json"), "out.onnx").',
  },
  {
    kind: 'darknet',
    pattern: /^(?:[#;][^\n]*\n|\s)*\[(?:net|network)\]/,
    description: 'a Darknet net (.cfg)',
    hint: 'Convert it with darknet2ncnn, a tool of ncnn, together with its .weights, and give the .param.',
  },
  {
    kind: 'openvino',
    pattern: /^(?:<\?xml[^>]*>\s*)?<net\s[^>]*\bversion=/,
    description: 'an OpenVINO model (.xml)',
    hint: 'Give the model that it was converted from, such as the ONNX file.',
  },
  { kind: 'json', pattern: /^[{[]\s*["{[\]}\d]/, description: 'a JSON file', hint: 'Give the model file itself.' },
];

/** Examines the first bytes, not the name. Returns `undefined` for everything not in the lists here, which includes ONNX and caffemodel. */
export function recognize(bytes: Uint8Array): RecognizedFile | undefined {
  const fetchHint = 'Download the file again.';
  if (bytes.length === 0) return { kind: 'empty', description: 'empty', hint: fetchHint, code: 'file-truncated' };
  const start = bytes.subarray(0, 1024);
  const text = String.fromCharCode(...start);
  const signature = signatures.find((entry) => text.startsWith(entry.bytes, entry.at));
  // In safetensors a 64-bit length precedes the JSON; text has no zero bytes there.
  if (signature !== undefined && (signature.kind !== 'safetensors' || text.startsWith('\0\0', 6))) {
    return signature.kind === 'zip' ? zipOf(start, signature) : signature;
  }
  if (start.every((byte) => byte === 0) && bytes.every((byte) => byte === 0)) {
    return { kind: 'zeros', description: 'all zeros', hint: `${fetchHint} The copy probably failed.`, code: 'file-malformed' };
  }
  const begin = text.replace(/^\u00ef\u00bb\u00bf/, '').trimStart();
  const beginning = beginnings.find((entry) => entry.pattern.test(begin));
  if (beginning !== undefined) return beginning;
  if (isText(start)) return { kind: 'text', description: 'a text file', hint: 'Give the model file itself.' };
  return undefined;
}

/** Describes an archive by the name of its first entry, which follows a header of 30 bytes. */
function zipOf(start: Uint8Array, zip: RecognizedFile): RecognizedFile {
  const length = (start[26] ?? 0) | ((start[27] ?? 0) << 8);
  const name = new TextDecoder().decode(start.subarray(30, 30 + length));
  if (!/\.(?:onnx|param|prototxt|caffemodel|params|json)$/i.test(name)) return zip;
  return { kind: 'zip', description: `a zip archive with "${name}" in it`, hint: unpackHint };
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => (byte >= 32 && byte !== 127) || byte === 9 || byte === 10 || byte === 13);
}

/**
 * Rejects a file that is clearly not `expected` (`an ONNX model`) and reports what it is and what to do. Kinds in `accepted` pass.
 * Throws `NcnnError`: `file-foreign`, `file-truncated`, `file-malformed`.
 */
export function refuseForeign(source: Pick<ModelSource, 'file' | 'bytes'>, expected: string, accepted: readonly FileKind[] = []): void {
  const found = recognize(source.bytes);
  if (found === undefined || accepted.includes(found.kind)) return;
  throw foreign(source, found, expected);
}

/** The error for a file that is not `expected`. `hint` replaces the usual hint. */
export function foreign(source: Pick<ModelSource, 'file'>, found: RecognizedFile, expected: string, hint: string = found.hint): NcnnError {
  return ncnnError(found.code ?? 'file-foreign', `the file is ${found.description}, not ${expected}`, hint, { file: source.file });
}

/** An ONNX file starts with field 1 (the IR version, a small number), followed by another field of the model message. */
export function looksLikeOnnx(bytes: Uint8Array): boolean {
  const [tag, version, next] = bytes;
  return (
    tag === 0x08 && version !== undefined && version > 0 && version < 64 && [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42].includes(next ?? 0)
  );
}

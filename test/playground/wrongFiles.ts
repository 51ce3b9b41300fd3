import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ChosenFile } from './playgroundPage.ts';

/** Files that are not models, or are damaged or incomplete, with the expected diagnostic. */
export interface WrongFile {
  readonly title: string;
  readonly files: readonly ChosenFile[];
  readonly code: string;
}

const root = path.resolve(import.meta.dirname, '../..');

function textFile(name: string, text: string): ChosenFile {
  return { name, bytes: new TextEncoder().encode(text) };
}

function fixture(file: string): Uint8Array {
  return readFileSync(path.join(root, 'test/fixtures', file));
}

export const wrongFiles: readonly WrongFile[] = [
  { title: 'an empty file', files: [textFile('net.onnx', '')], code: 'file-truncated' },
  { title: 'a web page', files: [textFile('net.onnx', '<!doctype html><html><title>404</title></html>')], code: 'file-foreign' },
  {
    title: 'a pointer of Git LFS',
    files: [textFile('net.onnx', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 123\n')],
    code: 'file-foreign',
  },
  {
    title: 'half of a model',
    files: [{ name: 'net.onnx', bytes: fixture('onnx/functions.onnx').subarray(0, 100) }],
    code: 'file-truncated',
  },
  {
    title: 'half of a .pt2',
    files: [{ name: 'net.pt2', bytes: fixture('pytorch/classifier.pt2').subarray(0, 900) }],
    code: 'file-truncated',
  },
  { title: 'zeros', files: [{ name: 'net.onnx', bytes: new Uint8Array(4096) }], code: 'file-malformed' },
  { title: 'a model of another runtime', files: [textFile('net.tflite', 'aaaaTFL3')], code: 'format-unsupported' },
  { title: 'no model at all', files: [textFile('notes.docx', 'PK\u0003\u0004 words')], code: 'format-unknown' },
  {
    title: 'a .param without its weights',
    files: [{ name: 'net.param', bytes: fixture('embed/residual_block.param') }],
    code: 'file-missing',
  },
  { title: 'a .param with a wrong line', files: [textFile('net.param', '7767517\n1 1\nInput x zero\n')], code: 'file-malformed' },
  { title: 'a prototxt that is no text of a net', files: [textFile('net.prototxt', 'layer { name: "a"')], code: 'file-malformed' },
  { title: 'a symbol that is no JSON', files: [textFile('net-symbol.json', '{ "nodes": [')], code: 'file-malformed' },
];

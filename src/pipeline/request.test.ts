/** The options `shape`, `const` and `outputs` have the same meaning and errors for every model format. */
import { describe, expect, it } from 'vitest';
import { onnxFile } from '../../test/onnxFile.ts';
import { type Diagnostic, NcnnError } from '../diagnostics/diagnostic.ts';
import { symbolFile } from '../importers/mxnet/testing.ts';
import { type FilesByName, sourceOfFiles } from '../importers/testing.ts';
import type { Binding } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { convertSource } from './convertSource.ts';

/** Two independent nets: `data` of [1, 2, dynamic, dynamic] to a Relu, `mask` of [1, 2, 3] to a Sigmoid. */
const models: Readonly<Record<string, FilesByName>> = {
  onnx: {
    'net.onnx': onnxFile({
      nodes: [
        { type: 'Relu', inputs: ['data'], outputs: ['out'] },
        { type: 'Sigmoid', inputs: ['mask'], outputs: ['gate'] },
      ],
      inputs: { data: [1, 2, 'height', 'width'], mask: [1, 2, 3] },
      outputs: { out: [1, 2, 'height', 'width'], gate: [1, 2, 3] },
    }),
  },
  mxnet: {
    'net-symbol.json': symbolFile(
      [
        { op: 'null', name: 'data', attrs: { __shape__: '(1, 2, 0, 0)' } },
        { op: 'null', name: 'mask', attrs: { __shape__: '(1, 2, 3)' } },
        { op: 'relu', name: 'out', inputs: [[0, 0]] },
        { op: 'sigmoid', name: 'gate', inputs: [[1, 0]] },
      ],
      [
        [2, 0],
        [3, 0],
      ],
    ),
  },
  caffe: {
    'net.prototxt': `
      input: "data" input_shape { dim: 1 dim: 2 dim: 0 dim: 0 } input: "mask" input_shape { dim: 1 dim: 2 dim: 3 }
      layer { name: "out" type: "ReLU" bottom: "data" top: "out" } layer { name: "gate" type: "Sigmoid" bottom: "mask" top: "gate" }`,
  },
  ncnn: {
    'net.param':
      '7767517\n4 4\nInput data 0 1 data 0=0 1=0 2=2\nInput mask 0 1 mask 0=3 1=2\nReLU out 1 1 data out\nSigmoid gate 1 1 mask gate\n',
  },
};
const formats = Object.keys(models);

/** Shapes in the layout of the format; ncnn has no batch axis. */
function shapeFor(format: string, shape: readonly number[]): readonly number[] {
  return format === 'ncnn' ? shape.slice(1) : shape;
}

function inputsOf(format: string, options: ConvertOptions): Promise<readonly Binding[]> {
  return convertSource(sourceOfFiles(models[format] ?? {}), options).then(({ artifact }) => artifact.model.inputs);
}

async function faultsOf(format: string, options: ConvertOptions): Promise<readonly Diagnostic[]> {
  const error: unknown = await inputsOf(format, options).catch((thrown: unknown) => thrown);
  return error instanceof NcnnError ? error.diagnostics : [];
}

describe.each(formats)('%s', (format) => {
  const shaped = (...shape: number[]): readonly number[] => shapeFor(format, shape);

  it.each(['data', '#0'])('sets the shape of %s', async (key) => {
    const [data, mask] = await inputsOf(format, { shape: { [key]: shaped(1, 2, 8, 9) } });
    expect(data).toMatchObject({ name: 'data', shape: shaped(1, 2, 8, 9), blobShape: [2, 8, 9] });
    expect(mask).toMatchObject({ name: 'mask', shape: shaped(1, 2, 3) });
  });

  it('makes axes dynamic that are given as -1, including declared sizes', async () => {
    const [data] = await inputsOf(format, { shape: { data: shaped(1, -1, 8, -1) } });
    expect(data?.shape).toEqual([...(format === 'ncnn' ? [] : [1]), expect.any(String), 8, expect.any(String)]);
  });

  it('pins an input with a given or declared shape', async () => {
    const [data, mask] = await inputsOf(format, { const: { '#1': 2 } });
    expect([data?.blob, mask?.blob]).toEqual(['data', null]);
    const [shapedData] = await inputsOf(format, { shape: { data: shaped(1, 2, 1, 2) }, const: { data: [1, 2, 3, 4] } });
    expect(shapedData).toMatchObject({ blob: null, shape: shaped(1, 2, 1, 2) });
  });

  it('infers a dynamic axis from the number of values', async () => {
    const [data] = await inputsOf(format, { shape: { data: shaped(1, 2, 1, -1) }, const: { data: [1, 2, 3, 4, 5, 6] } });
    expect(data).toMatchObject({ blob: null, shape: shaped(1, 2, 1, 3) });
  });

  it('cuts the graph', async () => {
    const { artifact } = await convertSource(sourceOfFiles(models[format] ?? {}), { outputs: ['mask', 'mask'] });
    expect(artifact.model.outputs.map(({ name }) => name)).toEqual(['mask']);
  });

  it('adds to the existing outputs', async () => {
    const outputs = async (...names: readonly string[]): Promise<readonly string[]> =>
      (await convertSource(sourceOfFiles(models[format] ?? {}), { outputs: names })).artifact.model.outputs.map(({ name }) => name);
    const own = await outputs();
    expect(own).toHaveLength(2);
    expect(await outputs('+mask')).toEqual([...own, 'mask']);
    expect(await outputs(`+${own[1]}`)).toEqual(own);
    expect(await outputs('data', '+mask')).toEqual(['data', 'mask']);
  });

  it.each<[string, ConvertOptions, Partial<Diagnostic>]>([
    [
      'a name that is misspelled',
      { shape: { dat: [1] } },
      { code: 'name-unknown', message: 'the model has no input "dat"', hint: 'Did you mean "data"?' },
    ],
    [
      'a position after the last',
      { const: { '#7': 1 } },
      {
        code: 'name-unknown',
        message: 'the model has no input "#7"',
        hint: 'Choose one of its inputs: "data", "mask".',
      },
    ],
    [
      'an output that is misspelled',
      { outputs: ['mak'] },
      { code: 'name-unknown', message: 'the model has no tensor "mak"', hint: 'Did you mean "mask"?' },
    ],
    [
      'another rank than declared',
      { shape: { mask: [7] } },
      { code: 'shape-mismatch', message: expect.stringContaining('the shape [7] for the input "mask" has 1 axes; the model declares ') },
    ],
    [
      'a negative size',
      { shape: { mask: shaped(1, 2, -3) } },
      {
        code: 'option-invalid',
        message: expect.stringContaining('for the input "mask" has an axis of -3; expected a whole number of at least '),
      },
    ],
    ['half a size', { shape: { mask: shaped(1, 2, 1.5) } }, { code: 'option-invalid', message: expect.stringContaining('an axis of 1.5') }],
    [
      'another number of values',
      { const: { mask: [1, 2] } },
      {
        code: 'option-invalid',
        message: expect.stringMatching(/^the constant for the input "mask" has 2 values, expected 1 or 6 for the shape \[.*2,3\]$/),
      },
    ],
    [
      'a constant of any size',
      { const: { data: 1 } },
      {
        code: 'shape-unknown',
        message: expect.stringMatching(/^the input "data" cannot become a constant while its shape, \[.*2,.*\], is dynamic$/),
      },
    ],
    [
      'a constant that is too large',
      { shape: { data: shaped(1, 2, 10_000, 10_000) }, const: { data: 1 } },
      { code: 'limit-exceeded', message: 'the constant for the input "data" would have 200000000 elements; the maximum is 67108864' },
    ],
  ])('rejects %s', async (_, options, expected) => {
    expect(await faultsOf(format, options)).toMatchObject([expected]);
  });
});

it.each([
  ['onnx', ['shape-replaced']],
  ['mxnet', []],
  ['caffe', []],
  ['ncnn', []],
])('replaces a declared size and warns when that is unusual: %s', async (format, codes) => {
  const shape = { mask: shapeFor(format, [1, 2, 5]) };
  const { artifact, diagnostics } = await convertSource(sourceOfFiles(models[format] ?? {}), { shape });
  expect(artifact.model.inputs[1]?.shape).toEqual(shape.mask);
  expect(diagnostics.map(({ code }) => code)).toEqual(codes);
});

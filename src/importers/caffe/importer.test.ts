import { describe, expect, it } from 'vitest';
import { blob, bytes, errorsOf, hintsOf, importFiles, integer, legacyBlob, message, outlineOf, text, weightsOf } from './testing.ts';

const input = 'layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 2 dim: 4 dim: 4 } } }';
const convolution = (name: string, bottom: string): string =>
  `layer { name: "${name}" type: "Convolution" bottom: "${bottom}" top: "${name}" convolution_param { num_output: 1 kernel_size: 3 pad: 1 } }`;
const relu = (name: string, bottom: string, top = bottom): string =>
  `layer { name: "${name}" type: "ReLU" bottom: "${bottom}" top: "${top}" }`;
const kernel = Array.from({ length: 18 }, (_, index) => index);
const modern = bytes(message(100, text(1, 'conv'), blob(7, [1, 2, 3, 3], kernel), blob(7, [1], [5])));

describe('names', () => {
  it('gives the last version of a blob its name and keeps input names', () => {
    const imported = importFiles({ 'net.prototxt': `${input} ${relu('a', 'data')} ${relu('b', 'data', 'x')} ${relu('c', 'x')}` });
    expect(outlineOf(imported)).toEqual([
      'Input()->data {"w":4,"h":4,"c":2}',
      'ReLU(data)->data_a {"slope":0}',
      'ReLU(data_a)->x_b {"slope":0}',
      'ReLU(x_b)->x {"slope":0}',
    ]);
    expect(imported.model.outputs).toMatchObject([{ name: 'x', blob: 'x', shape: [1, 2, 4, 4], blobShape: [2, 4, 4] }]);
  });
});

describe('old formats', () => {
  const twin = importFiles({ 'net.prototxt': `${input} ${convolution('conv', 'data')} ${relu('relu', 'conv')}`, 'net.caffemodel': modern });
  const legacy = [legacyBlob(6, [1, 2, 3, 3], kernel), legacyBlob(6, [1, 1, 1, 1], [5])];
  const inputs = {
    input_dim: 'input: "data" input_dim: 1 input_dim: 2 input_dim: 4 input_dim: 4',
    input_shape: 'input: "data" input_shape { dim: [1, 2, 4, 4] }',
  };
  const v1 =
    'layers { name: "conv" type: CONVOLUTION bottom: "data" top: "conv" blobs_lr: 1 blobs_lr: 2 convolution_param { num_output: 1 kernel_size: 3 pad: 1 } }' +
    'layers { name: "relu" type: 18 bottom: "conv" top: "conv" }';
  const v0 =
    'layers { layer { name: "pad" type: "padding" pad: 1 } bottom: "data" top: "padded" }' +
    'layers { layer { name: "conv" type: "conv" num_output: 1 kernelsize: 3 blobs_lr: 1. weight_filler { type: "gaussian" } } bottom: "padded" top: "conv" }' +
    'layers { layer { name: "relu" type: "relu" } bottom: "conv" top: "conv" }';
  it.each([
    ['V1', `${inputs.input_dim} ${v1}`, bytes(message(2, text(4, 'conv'), integer(5, 4), ...legacy))],
    [
      'V0',
      `${inputs.input_shape} ${v0}`,
      bytes(
        message(
          2,
          message(1, text(1, 'conv'), text(2, 'conv'), ...[legacyBlob(50, [1, 2, 3, 3], kernel), legacyBlob(50, [1, 1, 1, 1], [5])]),
        ),
      ),
    ],
    ['the current format with old inputs', `${inputs.input_dim} ${convolution('conv', 'data')} ${relu('relu', 'conv')}`, modern],
  ])('converts %s to the same net', (_, prototxt, caffemodel) => {
    const imported = importFiles({ 'net.prototxt': prototxt, 'net.caffemodel': caffemodel });
    expect(imported.diagnostics).toEqual([]);
    expect(outlineOf(imported)).toEqual(outlineOf(twin));
    expect(imported.model.inputs).toEqual(twin.model.inputs);
    expect(weightsOf(imported.model.net.layers[1])).toEqual(weightsOf(twin.model.net.layers[1]));
    expect(weightsOf(imported.model.net.layers[1])).toEqual([kernel, [5]]);
  });
});

describe('phases', () => {
  it('removes layers for training and evaluation', () => {
    const prototxt = `
      layer { name: "train" type: "Data" top: "data" top: "label" include { phase: TRAIN } transform_param { crop_size: 8 } }
      layer { name: "test" type: "Data" top: "data" top: "label" include { phase: TEST } transform_param { crop_size: 4 force_color: true } }
      layer { name: "noise" type: "Power" bottom: "data" top: "data" exclude { phase: TEST } }
      layer { name: "staged" type: "Power" bottom: "data" top: "data" include { stage: "deploy" } }
      ${relu('relu', 'data', 'score')} ${relu('other', 'data', 'unused')}
      layer { name: "loss" type: "SoftmaxWithLoss" bottom: "score" bottom: "label" top: "loss" }
      layer { name: "accuracy" type: "Accuracy" bottom: "score" bottom: "label" top: "accuracy" }
      layer { name: "silence" type: "Silence" bottom: "unused" }`;
    const { model } = importFiles({ 'net.prototxt': prototxt });
    expect(model.inputs).toMatchObject([{ name: 'data', shape: [1, 3, 4, 4] }]);
    expect(model.outputs.map(({ name }) => name)).toEqual(['score']);
  });
});

describe('inputs', () => {
  it('converts a batch per sample', () => {
    const prototxt = `input: "a" input_shape { dim: 3 dim: 2 dim: 4 dim: 4 } ${relu('relu', 'a', 'b')}`;
    expect(importFiles({ 'n.prototxt': prototxt }).model).toMatchObject({
      inputs: [{ shape: [3, 2, 4, 4], blobShape: [2, 4, 4], batch: 3 }],
      outputs: [{ shape: [3, 2, 4, 4], blobShape: [2, 4, 4], batch: 3 }],
    });
  });

  it('accepts the shape of an input', () => {
    const prototxt = `input: "a" input_shape { dim: 3 dim: 2 dim: 4 dim: 4 } ${relu('relu', 'a', 'b')}`;
    const shaped = importFiles({ 'n.prototxt': prototxt }, { shape: { a: [1, 2, 6, 6] } }).model;
    expect(shaped.outputs).toMatchObject([{ shape: [1, 2, 6, 6] }]);
  });

  it('pins an input to a constant', () => {
    const prototxt = `input: "a" input_shape { dim: 3 dim: 2 dim: 4 dim: 4 } ${relu('relu', 'a', 'b')}`;
    const two = `${prototxt} input: "c" input_shape { dim: 3 dim: 2 dim: 4 dim: 4 } layer { name: "e" type: "Eltwise" bottom: "b" bottom: "c" top: "e" }`;
    const pinned = importFiles({ 'n.prototxt': two }, { const: { '#1': 2 } });
    expect(pinned.model.inputs).toMatchObject([
      { name: 'a', blob: 'a' },
      { name: 'c', blob: null },
    ]);
  });

  it('keeps unspecified sizes dynamic', () => {
    const { model } = importFiles({ 'n.prototxt': `layer { name: "d" type: "Data" top: "data" } ${relu('relu', 'data', 'out')}` });
    expect(model.outputs).toMatchObject([{ shape: [1, 'channels', 'height', 'width'], blobShape: ['channels', 'height', 'width'] }]);
  });

  it('accepts any shape for an input without a declared one', () => {
    const { model } = importFiles({ 'n.prototxt': `input: "data" ${relu('relu', 'data', 'out')}` }, { shape: { data: [1, 100] } });
    expect(model.outputs).toMatchObject([{ shape: [1, 100] }]);
  });

  it('cuts at blobs', () => {
    const prototxt = `${input} ${relu('a', 'data', 'x')} ${relu('b', 'x', 'y')}`;
    expect(importFiles({ 'n.prototxt': prototxt }, { outputs: ['x'] }).model.net.outputs).toEqual(['x']);
  });

  it('needs neither layers nor weights after a cut', () => {
    const head = `layer { name: "own" type: "Magic" bottom: "x" top: "y" } ${convolution('conv', 'y')}`;
    const prototxt = `${input} ${relu('a', 'data', 'x')} ${relu('b', 'x')} ${head}`;
    const { net } = importFiles({ 'n.prototxt': prototxt }, { outputs: ['x'] }).model;
    expect(net.layers.map(({ name }) => name)).toEqual(['data', 'a', 'b']);
    expect(hintsOf(() => importFiles({ 'n.prototxt': prototxt }))).toEqual(['Cut the net before the layer.']);
  });

  it('names an unavailable result', () => {
    const pool = `layer { name: "p" type: "Pooling" bottom: "data" top: "x" top: "mask" pooling_param { kernel_size: 2 stride: 2 } }`;
    expect(errorsOf(() => importFiles({ 'n.prototxt': `${input} ${pool}` }, { outputs: ['mask'] }))).toEqual([
      `operator-unsupported | 1:${input.length + 2} | p | the layer's top "mask" is not supported by ncnn`,
    ]);
  });
});

describe('partners', () => {
  const prototxt = `${input} ${convolution('conv', 'data')}`;
  it.each([
    ['stem', { 'net.prototxt': prototxt, 'net.caffemodel': modern, 'other.caffemodel': bytes() }, {}, []],
    ['stem, weights first', { 'net.caffemodel': modern, 'net.prototxt': prototxt, 'other.prototxt': '' }, {}, []],
    ['the only one', { 'deploy.prototxt': prototxt, 'net.caffemodel': modern, 'solver.prototxt': 'x' }, {}, []],
    ['the only one, weights first', { 'net.caffemodel': modern, 'deploy.prototxt': prototxt, 'solver.prototxt': 'x' }, {}, []],
    ['an option', { 'a.prototxt': prototxt, 'b.caffemodel': modern, 'a.caffemodel': bytes() }, { caffemodel: 'b.caffemodel' }, []],
    ['a plus', { 'b.caffemodel': modern, 'a.prototxt': prototxt, 'c.prototxt': '' }, {}, ['a.prototxt']],
  ])('are found by %s', (_, files, options, partners) => {
    expect(weightsOf(importFiles(files, options, partners).model.net.layers[1])).toEqual([kernel, [5]]);
  });

  it('of another name are mentioned if nothing proves that they match', () => {
    const taken = (files: Parameters<typeof importFiles>[0]): readonly string[] => importFiles(files).diagnostics.map(({ code }) => code);
    expect(taken({ 'deploy.prototxt': prototxt, 'net.caffemodel': modern })).toEqual(['partner-assumed']);
    expect(taken({ 'net.prototxt': prototxt, 'net.caffemodel': modern })).toEqual([]);
    expect(importFiles({ 'a.prototxt': prototxt, 'b.caffemodel': modern }, {}, ['b.caffemodel']).diagnostics).toEqual([]);
  });

  it('in HDF5 are rejected with instructions to convert them', () => {
    const files = { 'net.prototxt': prototxt, 'net.caffemodel': Uint8Array.from('\x89HDF\r\n\x1a\n', (letter) => letter.charCodeAt(0)) };
    expect(errorsOf(() => importFiles(files))).toEqual([
      'file-foreign | the file is an HDF5 file (as .h5 of Keras is), not a binary caffemodel',
    ]);
  });

  it('are not needed by a complete caffemodel', () => {
    const shape = message(143, message(1, message(1, [1, 2, 4, 4])));
    const window = message(106, integer(1, 1), integer(3, 1), integer(4, 3));
    const whole = bytes(
      message(100, text(1, 'data'), text(2, 'Input'), text(4, 'data'), shape),
      message(
        100,
        text(1, 'conv'),
        text(2, 'Convolution'),
        text(3, 'data'),
        text(4, 'conv'),
        blob(7, [1, 2, 3, 3], kernel),
        blob(7, [1], [5]),
        window,
      ),
    );
    const expected = outlineOf(importFiles({ 'n.prototxt': prototxt, 'n.caffemodel': modern }));
    expect(outlineOf(importFiles({ 'net.caffemodel': whole }))).toEqual(expected);
    expect(outlineOf(importFiles({ 'net.caffemodel': whole, 'unrelated.prototxt': 'x: 1' }))).toEqual(expected);
  });

  it('are named if they are missing', () => {
    expect(errorsOf(() => importFiles({ 'net.prototxt': prototxt }))).toEqual([
      'file-missing | the caffemodel with the weights of "conv" is missing',
    ]);
    expect(errorsOf(() => importFiles({ 'net.caffemodel': modern }))).toEqual([
      'file-missing | the caffemodel has only weights, and its prototxt is missing',
    ]);
  });
});

describe('invalid input', () => {
  it('lists every unknown layer type', () => {
    const prototxt = `${input}\nlayer { name: "a" type: "Magic" bottom: "data" top: "a" }\nlayer { name: "b" type: "Convolutoin" bottom: "a" top: "b" }`;
    expect(errorsOf(() => importFiles({ 'n.prototxt': prototxt }))).toEqual([
      'layer-unknown | 2:1 | a | the layer type "Magic" is unknown',
      'layer-unknown | 3:1 | b | the layer type "Convolutoin" is unknown',
    ]);
  });

  it('lists every blob that is missing or of another size', () => {
    const prototxt = `${input} ${convolution('conv', 'data')} ${convolution('next', 'conv')}`;
    const other = bytes(
      message(100, text(1, 'conv'), blob(7, [1, 2, 1, 9], kernel)),
      message(100, text(1, 'next'), blob(7, [1, 1, 3, 3], kernel.slice(8)), blob(7, [1], [1])),
    );
    expect(errorsOf(() => importFiles({ 'n.prototxt': prototxt, 'n.caffemodel': other }))).toEqual([
      'weights-mismatch | conv | the weights are [1, 2, 1, 9] instead of [1, 2, 3, 3]',
      'weights-mismatch | conv | the biases are missing: blob 1 of [1]',
      'weights-mismatch | next | the weights are [1, 1, 3, 3] with 10 values instead of [1, 1, 3, 3]',
    ]);
  });

  it('warns about unused blobs', () => {
    const surplus = importFiles({ 'n.prototxt': `${input} ${relu('relu', 'data', 'out')}`, 'n.caffemodel': modern });
    expect(surplus.diagnostics).toMatchObject([{ code: 'weights-surplus', severity: 'warning' }]);
  });

  it('reports undefined bottoms and cycles', () => {
    const prototxt = `${input}\n${relu('a', 'dat', 'x')}\n${relu('b', 'z', 'y')}\n${relu('c', 'y', 'z')}\n${relu('d', 'w', 'w')}`;
    expect(errorsOf(() => importFiles({ 'n.prototxt': prototxt }))).toEqual([
      'net-invalid | 2:1 | a | the bottom "dat" is neither an input nor the top of a layer',
      'net-invalid | 3:1 | b | the bottom "z" is produced only by "c", which comes later or depends on this layer',
      'net-invalid | 5:1 | d | the layer reads its own top "w"',
    ]);
  });

  it('reports the position of a syntax error', () => {
    expect(errorsOf(() => importFiles({ 'n.prototxt': 'layer {\n  name: data\n}' }))).toEqual([
      'file-malformed | 2:9 | the prototxt cannot be read: expected a string in quotes for "name", found "data"',
    ]);
    expect(errorsOf(() => importFiles({ 'n.prototxt': 'layer {' }))[0]).toContain('1:8 | the prototxt cannot be read: expected');
  });

  it('warns about fields of forks', () => {
    const forked = `${input}\nlayer { name: "r" type: "ReLU" bottom: "data" top: "r" relu_param { fork_only: 3 } }`;
    expect(importFiles({ 'n.prototxt': forked }).diagnostics).toMatchObject([
      { code: 'field-unknown', severity: 'warning', place: { line: 2, column: 69 } },
    ]);
  });

  it('distinguishes a truncated caffemodel from a damaged one', () => {
    const prototxt = `${input} ${convolution('conv', 'data')}`;
    expect(errorsOf(() => importFiles({ 'n.prototxt': prototxt, 'n.caffemodel': modern.subarray(0, 60) }))[0]).toContain('file-truncated');
    expect(errorsOf(() => importFiles({ 'n.prototxt': prototxt, 'n.caffemodel': bytes([0xa2, 6, 2, 0x0f, 0x0f]) }))[0]).toMatch(
      /^file-malformed/,
    );
    expect(errorsOf(() => importFiles({ 'n.caffemodel': '<!doctype html>' }))[0]).toContain('file-foreign');
  });
});

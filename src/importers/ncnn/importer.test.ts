import { describe, expect, it } from 'vitest';
import { type Diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { encode } from '../../net/encode.ts';
import type { Model } from '../../net/model.ts';
import { typeName } from '../../net/net.ts';
import { optimize } from '../../net/passes/index.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { type FilesByName, sourceOfFiles } from '../testing.ts';
import { importNcnn } from './importer.ts';

function read(files: FilesByName, options: ConvertOptions = {}, partners: readonly string[] = []): Model {
  const imported = importNcnn(sourceOfFiles(files, partners), options);
  if (imported.kind !== 'model') throw new Error('not a model');
  return imported.model;
}

function faults(files: FilesByName, options: ConvertOptions = {}): readonly Diagnostic[] {
  try {
    read(files, options);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics;
    throw error;
  }
  return [];
}

function text(...layers: readonly string[]): string {
  const blobs = layers.reduce((count, layer) => count + Number(layer.split(/\s+/)[3]), 0);
  return `7767517\n${layers.length} ${blobs}\n${layers.join('\n')}\n`;
}

function words(...values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value, true);
  return new Uint8Array(view.buffer);
}

const data = 'Input data 0 1 data 0=2 1=3 2=4';
const prelu = 'PReLU act 1 1 data out 0=2';
const relu = 'ReLU act 1 1 data out';

function written(model: Model): { readonly text: string; readonly bin: Uint8Array } {
  const { param, bin } = encode(model, { keepDefaults: true });
  return { text: new TextDecoder().decode(param), bin: Uint8Array.from(Buffer.concat([...bin()])) };
}

describe('the files of a net', () => {
  it.each<[string, FilesByName, readonly string[]]>([
    ['net.param', { 'net.param': text(data, prelu), 'net.bin': words(1, 2) }, []],
    ['net.ncnn.param', { 'net.ncnn.param': text(data, prelu), 'net.ncnn.bin': words(1, 2), 'net.bin': words(1) }, []],
    ['another letter case', { 'Net.PARAM': text(data, prelu), 'net.BIN': words(1, 2) }, []],
    ['one joined with a plus', { 'a.param': text(data, prelu), 'a.bin': words(1), 'b.bin': words(1, 2) }, ['b.bin']],
  ])('are found: %s', (_, files, partners) => {
    expect(read(files, {}, partners).net.layers[1]?.weights).toHaveLength(1);
  });

  it('may be binary', () => {
    const { paramBin, bin } = encode(read({ 'net.param': text(data, prelu), 'net.bin': words(1, 2) }));
    const weights = Uint8Array.from(Buffer.concat([...bin()]));
    const model = read({ 'net.param.bin': paramBin, 'net.bin': weights });
    expect(model.net.layers.map(typeName)).toEqual(['Input', 'PReLU']);
    expect(model.inputs).toMatchObject([{ name: 'blob0', shape: [4, 3, 2] }]);
    expect(encode(model).paramBin).toEqual(paramBin);
  });

  it('need no weights if no layer has any', () => {
    expect(read({ 'net.param': text(data, relu) }).net.layers).toHaveLength(2);
  });

  it('are reported if one is missing or wrong', () => {
    expect(faults({ 'net.param': text(data, prelu) })).toMatchObject([
      {
        code: 'file-missing',
        message: 'the layers of the net have weights, but there is no net.bin in its folder',
        place: { file: 'net.param' },
      },
    ]);
    expect(faults({ 'net.bin': words(0, 1) })).toMatchObject([{ code: 'file-foreign', place: { file: 'net.bin' } }]);
    expect(faults({ 'net.param': '<html>' })).toMatchObject([{ code: 'file-foreign', message: expect.stringContaining('HTML page') }]);
  });
});

describe('invalid input', () => {
  it.each<[string, string, Partial<Diagnostic>]>([
    ['a wrong magic', `7767516\n1 1\n${data}\n`, { code: 'file-foreign', place: { file: 'net.param', line: 1 } }],
    ['too few layers', `7767517\n3 2\n${data}\n${relu}\n`, { code: 'file-malformed', place: { file: 'net.param', line: 2 } }],
    ['too many blobs', `7767517\n2 1\n${data}\n${relu}\n`, { code: 'file-malformed', place: { file: 'net.param', line: 2 } }],
    [
      'an undefined blob',
      text(data, 'ReLU act 1 1 dat out'),
      {
        message: 'the blob "dat" is read, but no earlier layer computes it',
        place: { file: 'net.param', line: 4, node: 'act', operator: 'ReLU' },
      },
    ],
    [
      'a blob produced twice',
      text(data, 'ReLU act 1 1 data data'),
      { message: 'the blob "data" is already computed at line 3', place: { file: 'net.param', line: 4, node: 'act', operator: 'ReLU' } },
    ],
    [
      'an unknown layer type',
      text(data, 'Relu act 1 1 data out'),
      { code: 'layer-unknown', place: { file: 'net.param', line: 4, node: 'act', operator: 'Relu' } },
    ],
  ])('is reported at its line: %s', (_, param, expected) => {
    const found = faults({ 'net.param': param });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject(expected);
  });

  it('warns about declared blobs that do not exist, because ncnn loads the net', () => {
    const { diagnostics } = importNcnn(sourceOfFiles({ 'net.param': `7767517\n2 3\n${data}\n${relu}\n` }));
    expect(diagnostics).toMatchObject([{ code: 'count-differs', place: { file: 'net.param', line: 2 } }]);
  });

  it.each<[string, Uint8Array, string]>([
    ['short', words(1), 'the weights in net.bin end at byte 4, 4 bytes before the end of slope_data'],
    ['long', words(1, 2, 3), '4 bytes are left at the end of the weights in net.bin (the last layer with weights)'],
  ])('reports by how much weights are too %s and at which layer', (_, bin, message) => {
    expect(faults({ 'net.param': text(data, prelu), 'net.bin': bin })).toMatchObject([
      { message, place: { file: 'net.param', line: 4, node: 'act', operator: 'PReLU' } },
    ]);
  });
});

describe('input is preserved', () => {
  const half = 0x01306b47;
  const brain = 0x01348b83;
  const int8 = 0x000d4b38;
  const product = (name: string, from: string, more = ''): string => `InnerProduct ${name} 1 1 ${from} ${name} 0=1 2=4${more}`;

  it('including weights in any storage, optimized or not', () => {
    const layers = [
      'Input data 0 1 data 0=4',
      product('a', 'data'),
      product('b', 'a'),
      product('c', 'b'),
      product('d', 'c'),
      'Gemm e 1 1 d e 3=1 5=1 8=1 9=4 18=400',
    ];
    const table = Array.from({ length: 256 }, (_, index) => index);
    const bin = words(half, 0x3c003c00, 0x3c003c00, brain, 1, 2, int8, 0x01020304, 7, ...table, 0x03020100, 0x12, 0x3f800000);
    const files = { 'net.param': text(...layers), 'net.bin': bin };
    expect(written(read(files, { optimize: false })).bin).toEqual(bin);
    const model = read(files);
    expect(written({ ...model, net: optimize(model.net).net }).bin).toEqual(bin);
  });

  it('including unknown parameters and both spellings of arrays', () => {
    const layers = [
      'Input data 0 1 data 0=2 1=3 2=4 -23330=4,3,2,3,4',
      'Reshape r 1 1 data r 0=6 1=4 12=0 13=233 31=3',
      'Reduction s 1 1 r s 0=0 1=0 3=0,1 4=1 5=1',
      'Reshape e 1 1 s e 6="1,1" 20=abc',
    ];
    const model = read({ 'net.param': text(...layers) }, { optimize: false });
    const lines = written(model).text.split('\n').slice(2, -1);
    expect(lines.map((line) => line.replace(/ +/g, ' '))).toEqual([
      'Input data 0 1 data 0=2 1=3 2=4 -23330=4,3,2,3,4',
      'Reshape r 1 1 data r 0=6 1=4 12=0 13=233 31=3',
      'Reduction s 1 1 r s 0=0 1=0 -23303=2,0,1 4=1 5=1',
      'Reshape e 1 1 s e 6="1,1" 20="abc"',
    ]);
  });

  it('including arrays of floats that are spelled as ints', () => {
    const yolo = 'Yolov3DetectionOutput y 1 1 data y -23304=4,8.0,8.0,16.0,16.0 -23305=2,1065353216,0 -23306=1,1.0';
    const eltwise = 'Eltwise e 2 1 a b e 0=1 -23301=2,1,2';
    const net = text(data, 'Split s 1 3 data a b c', eltwise, yolo.replace('1 1 data', '1 1 c'));
    const model = read({ 'net.param': net });
    for (const candidate of [model, { ...model, net: optimize(model.net).net }]) {
      expect(written(candidate).text).toContain('-23305=2,1065353216,0');
      expect(written(candidate).text).toContain('-23301=2,1,2');
    }
    const [, , , layer] = model.net.layers;
    expect(layer).toMatchObject({ params: { mask: [1, 0] } });
    const [before, after] = [model, read({ 'net.param.bin': encode(model).paramBin })].map(({ net: { layers } }) =>
      layers.flatMap((entry) => (entry.type === 'Custom' ? [] : [entry.params])),
    );
    expect(after).toEqual(before);
  });

  it('including layers without an input and leftovers of Split, unless optimized', () => {
    const files = {
      'net.param': text(data, 'Split s 1 2 data a data_splitncnn_1', 'ReLU act 1 1 a out', 'MemoryData m 0 1 m 0=1'),
      'net.bin': words(0x3f800000),
    };
    expect(read(files).net.outputs).toEqual(['out']);
    expect(written(read(files, { optimize: false })).text.split('\n')).toHaveLength(7);
    expect(encode(read(files)).binLength).toBe(0);
  });

  it('including named custom layers with the remaining weights', () => {
    const files = { 'net.param': text(data, 'Mine act 1 1 data out 0=1 1=0.5'), 'net.bin': words(1, 2) };
    expect(faults(files)).toMatchObject([{ code: 'layer-unknown' }]);
    const { text: param, bin } = written(read(files, { customLayers: ['Mine'] }));
    expect(param).toMatch(/Mine +act +1 1 data out 0=1 1=0\.5\n/);
    expect(bin).toEqual(words(1, 2));
  });
});

describe('inputs and outputs', () => {
  const net = text(
    data,
    'Split s 1 2 data a b',
    'ReLU f 1 1 a f',
    'Sigmoid g 1 1 b g',
    'BinaryOp h 2 1 f g h',
    'Input k 0 1 k',
    'TanH l 1 1 k l',
  );

  it('are the Inputs and the unread blobs', () => {
    const model = read({ 'net.param': net });
    expect(model.inputs).toMatchObject([
      { name: 'data', shape: [4, 3, 2], blobShape: [4, 3, 2], feed: 'float32' },
      { name: 'k', shape: [] },
    ]);
    expect(model.outputs).toMatchObject([
      { name: 'h', blob: 'h', shape: [4, 3, 2], blobShape: [4, 3, 2] },
      { name: 'l', blob: 'l', shape: [] },
    ]);
  });

  it('include unread tops of a Split and constants that pnnx names as outputs', () => {
    const param = text(
      'Input in0 0 1 in0 0=4',
      'Split s 1 3 in0 out0 a in0_splitncnn_2',
      'ReLU r 1 1 a out1',
      'MemoryData m 0 1 out2 0=1',
      'MemoryData n 0 1 anchors 0=1',
    );
    const model = read({ 'net.param': param, 'net.bin': words(1, 1) });
    expect(model.outputs.map(({ blob }) => blob)).toEqual(['out0', 'out1', 'out2']);
    const { net } = optimize(model.net);
    expect(encode({ ...model, net }).model.net.layers.flatMap(({ tops }) => tops)).toEqual(
      expect.arrayContaining(['out0', 'out1', 'out2']),
    );
  });

  it('are bits if Embed reads them', () => {
    const param = text('Input ids 0 1 ids 0=4', 'Split s 1 2 ids a b', 'Embed e 1 1 a e 0=1 1=1 3=1', 'ReLU r 1 1 b r');
    const model = read({ 'net.param': param, 'net.bin': words(0, 0) });
    expect(model.inputs).toMatchObject([{ name: 'ids', dtype: 'int32', feed: 'int32' }]);
  });

  it('are bits if Embed reads them behind layers that move elements', () => {
    const param = text('Input a 0 1 a 0=4', 'Input b 0 1 b 0=4', 'Concat c 2 1 a b c', 'Tile t 1 1 c t 1=2', 'Embed e 1 1 t e 0=1 1=1 3=1');
    expect(read({ 'net.param': param, 'net.bin': words(0, 0) }).inputs).toMatchObject([{ feed: 'int32' }, { feed: 'int32' }]);
  });

  it('have the requested shapes and outputs', () => {
    const model = read({ 'net.param': net }, { shape: { '#0': [1, 8, 8], k: [5] }, outputs: ['f', 'l'] });
    expect(model.net.layers.map(({ name }) => name)).not.toContain('h');
    expect(model.inputs).toMatchObject([{ shape: [1, 8, 8] }, { shape: [5] }]);
    expect(model.net.layers[0]).toMatchObject({ params: { w: 8, h: 8, c: 1 } });
    expect(model.outputs.map(({ name }) => name)).toEqual(['f', 'l']);
  });

  it('can be constants', () => {
    const model = read({ 'net.param': net }, { const: { data: 2 } });
    expect(model.inputs[0]).toMatchObject({ name: 'data', blob: null });
    const [memory] = model.net.layers;
    expect(memory).toMatchObject({ type: 'MemoryData', params: { w: 2, h: 3, c: 4 } });
    expect([...new Float32Array(Uint8Array.from(memory?.weights[0]?.read() ?? []).buffer)]).toEqual(new Array(24).fill(2));
  });

  it('are bits as constants if Embed reads them', () => {
    const param = text('Input ids 0 1 ids 0=2', 'Embed e 1 1 ids e 0=1 1=3 3=3');
    const model = read({ 'net.param': param, 'net.bin': words(0, 0, 0, 0) }, { const: { ids: [1, 2] } });
    expect([...new Int32Array(Uint8Array.from(model.net.layers[0]?.weights[0]?.read() ?? []).buffer)]).toEqual([1, 2]);
  });

  it.each<[ConvertOptions, string, string]>([
    [
      { shape: { k: [1, 2, 3, 4, 5] } },
      'option-invalid',
      'the shape [1,2,3,4,5] for the input "k" has 5 axes; an input of this format has 1 to 4',
    ],
    [
      { const: { k: 1 } },
      'shape-unknown',
      'the input "k" cannot become a constant while its shape, which the model does not declare, is dynamic',
    ],
    [
      { shape: { data: [1, 4, 3, 2] } },
      'shape-mismatch',
      'the shape [1,4,3,2] for the input "data" has 4 axes; the model declares 3, [4,3,2]',
    ],
  ])('reject %j', (options, code, message) => {
    expect(faults({ 'net.param': net }, options)).toMatchObject([{ code, message }]);
  });

  it('include an output that is also read, as this writer leaves it', () => {
    const first = read({ 'net.param': text(data, 'ReLU f 1 1 data f', 'Sigmoid g 1 1 f g') }, { outputs: ['f', 'g'] });
    expect(read({ 'net.param': written(first).text }).net.outputs).toEqual(['f', 'g']);
  });

  it('include those that pnnx numbers, even if they are read, split or constant', () => {
    const split = ['ReLU a 1 1 in0 1', 'Split s 1 2 1 out0 3', 'Sigmoid b 1 1 3 out1', 'TanH c 1 1 out1 out2'];
    const net = text('Input i 0 1 in0 0=4', ...split, 'MemoryData m 0 1 out3 0=2');
    expect(read({ 'net.param': net, 'net.bin': new Uint8Array(8) }).net.outputs).toEqual(['out0', 'out1', 'out2', 'out3']);
    const others = text('Input i 0 1 data 0=4', 'ReLU a 1 1 data out0', 'Sigmoid b 1 1 out0 y');
    expect(read({ 'net.param': others }).net.outputs).toEqual(['y']);
  });
});

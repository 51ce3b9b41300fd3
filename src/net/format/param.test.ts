import { describe, expect, it } from 'vitest';
import { paramEntries } from '../layers/params.ts';
import { type Layer, makeLayer } from '../net.ts';
import { netOf } from '../passes/testing.ts';
import { readParamBin } from './paramBinRead.ts';
import { type ParamContext, readParamText } from './paramRead.ts';
import { writeParamBin, writeParamText } from './paramWrite.ts';

const custom: Layer = {
  type: 'Custom',
  customType: 'MyLayer',
  name: 'mine',
  bottoms: ['y'],
  tops: ['z'],
  weights: [],
  rawParams: [
    { id: 0, kind: 'float', value: 2 },
    { id: 3, kind: 'ints', value: [] },
    { id: 4, kind: 'string', value: 'a b' },
  ],
};

const net = netOf(
  [
    makeLayer('Input', 'x', [], ['x'], { w: 4, h: 3 }),
    makeLayer('Slice', 'slice with a name that is longer than the column'.replaceAll(' ', '_'), ['x'], ['a', 'b'], {
      slices: [-233, 2],
      axis: -1,
    }),
    makeLayer('Eltwise', 'e', ['a', 'b'], ['c'], { op_type: 1, coeffs: [1, -0.5] }),
    makeLayer('Reshape', 'r', ['c'], ['y'], { shape_expr: '0w,2' }),
    custom,
  ],
  ['z'],
);

const text = `7767517
5 6
Input                    x                        0 1 x 0=4 1=3
Slice                    slice_with_a_name_that_is_longer_than_the_column 1 2 x a b -23300=2,-233,2 1=-1
Eltwise                  e                        2 1 a b c 0=1 -23301=2,1.0,-0.5
Reshape                  r                        1 1 c y 6="0w,2"
MyLayer                  mine                     1 1 y z 0=2.0 -23303=0 4="a b"
`;

describe('.param', () => {
  it('is written in columns, with the element type of arrays', () => {
    expect(writeParamText(net)).toBe(text);
  });

  it('is read back unchanged', () => {
    const { layers, diagnostics } = readParamText(text, { customLayers: ['MyLayer'] });
    expect(diagnostics).toEqual([]);
    expect(layers.slice(0, 4)).toEqual(net.layers.slice(0, 4));
    // An array without elements has no element type.
    expect(layers[4]).toEqual(custom);
  });

  it.each([
    ['arrays with commas', 'Slice s 1 2 x a b 0=2,-233 1=0', { slices: [2, -233], axis: 0 }],
    ['an array of one', 'Slice s 1 1 x a 0=2,', { slices: [2] }],
    ['an array without elements', 'Slice s 1 1 x a -23300=0', { slices: [] }],
    ['ints for floats, as ncnn does', 'Clip s 1 1 x a 0=-1 1=6', { min: -1, max: 6 }],
    ['ints in an array of floats', 'Eltwise s 1 1 x a -23301=2,1,2', { coeffs: [1, 2] }],
    ['ints that are the bits of floats', 'Yolov3DetectionOutput s 1 1 x a -23305=3,1077936128,0,1082130432', { mask: [3, 0, 4] }],
    ['exponents', 'Clip s 1 1 x a 0=-1e3 1=+2.5E+2', { min: -1000, max: 250 }],
    ['floats in float32', 'Clip s 1 1 x a 1=0.1', { max: Math.fround(0.1) }],
    ['strings without quotes', 'Reshape s 1 1 x a 6=abc', { shape_expr: 'abc' }],
    ['the last of two values', 'Clip s 1 1 x a 1=2.0 1=3.0', { max: 3 }],
    ['a default of the wrong kind, which ncnn ignores', 'Pooling s 1 1 x a 0=0.0 1=2', { kernel_w: 2 }],
    ['tabs', 'Pooling\ts 1 1\tx a\t1=2', { kernel_w: 2 }],
  ])('accepts %s', (_, line, params) => {
    const { layers, diagnostics } = readParamText(`7767517\n2 9\nInput x 0 1 x\n${line}\n`);
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(layers[1]).toMatchObject({ params });
  });

  it('accepts Windows line endings, a byte order mark and empty lines', () => {
    expect(readParamText('\uFEFF7767517\r\n1 1\r\n\r\nInput x 0 1 x 0=3\r\n')).toMatchObject({
      layers: [{ params: { w: 3 } }],
      diagnostics: [],
    });
  });

  it('reads a line of many spaces in linear time', () => {
    const { layers, diagnostics } = readParamText(`7767517\n1 1\nInput x${' '.repeat(1 << 20)}0 1 x 0=3\n`);
    expect(diagnostics).toEqual([]);
    expect(layers[0]).toMatchObject({ name: 'x', params: { w: 3 } });
  });

  it('keeps parameters that are not in the layer table', () => {
    const { layers } = readParamText('7767517\n1 1\nInput x 0 1 x 0=3 -23330=3,1,3,0 31=1\n');
    expect(layers[0]?.rawParams).toEqual([
      { id: 30, kind: 'ints', value: [1, 3, 0] },
      { id: 31, kind: 'int', value: 1 },
    ]);
  });

  it('keeps the bits of arrays of unknown element type', () => {
    const { layers } = readParamText('7767517\n1 1\nMine x 0 1 x -23300=3,1,0.5,0 -23301=2,1,2\n', { customLayers: ['Mine'] });
    expect(layers[0]?.rawParams).toEqual([
      { id: 0, kind: 'ints', value: [1, 0x3f000000, 0] },
      { id: 1, kind: 'ints', value: [1, 2] },
    ]);
  });

  it.each([
    ['Clip a 1 1 x a 0=-1 1=6.0', ['parameter 0 (min) of Clip is written as the int -1, whose bits ncnn before 20261020 reads as a float']],
    ['Clip a 1 1 x a 0=0 1=6.0', []],
    [
      'Eltwise a 1 1 x a 0=1 -23301=2,1,2',
      ['parameter 1 (coeffs) of Eltwise is written as an array of ints, whose bits ncnn before 20261020 reads as a float'],
    ],
    ['Yolov3DetectionOutput a 1 1 x a -23305=1,1077936128', []],
  ])('warns about numbers that ncnn releases read differently: %s', (line, messages) => {
    const { diagnostics } = readParamText(`7767517\n2 2\nInput x 0 1 x\n${line}\n`);
    expect(diagnostics.map(({ severity, message }) => [severity, message])).toEqual(messages.map((message) => ['warning', message]));
  });

  function problems(content: string, context: ParamContext = {}): readonly string[] {
    return readParamText(content, { file: 'n.param', ...context }).diagnostics.map(
      ({ code, message, place }) => `${place.file}:${place.line} ${code} ${message}`,
    );
  }

  it.each([
    ['', 'n.param:1 file-foreign not a current ncnn .param file: the file is empty'],
    ['7767516\n1 1\n', 'n.param:1 file-foreign not a current ncnn .param file: the file begins with "7767516"'],
    ['7767517\nInput x 0 1 x\n', 'n.param:2 file-malformed the second line is not a layer count and a blob count'],
    ['7767517\n2 1\nInput x 0 1 x\n', 'n.param:2 file-malformed the header declares 2 layers, but the file has 1'],
    [
      '7767517\n1 1\nInput x 0 1 x\nNoop y 1 1 x y\n',
      'n.param:2 count-differs the header declares 1 layers, but the file has 2; like ncnn, only the first 1 are read',
    ],
    ['7767517\n1 0\nInput x 0 1 x\n', 'n.param:2 file-malformed the header declares 0 blobs, but the file has 1'],
    ['7767517\n1 2\nInput x 0 1 x\n', 'n.param:2 count-differs the header declares 2 blobs, but the file has 1'],
  ])('reports what is wrong with %j', (content, expected) => {
    expect(problems(content)).toEqual([expected]);
  });

  it('reads as many layers as the header declares, like ncnn', () => {
    const { layers } = readParamText('7767517\n1 1\nInput x 0 1 x\nNoop y 1 1 x y\n');
    expect(layers.map(({ name }) => name)).toEqual(['x']);
  });

  it.each([
    ['AbsVal a 1 1 q a', 'the blob "q" is read, but no earlier layer computes it'],
    ['AbsVal a 1 1 x x', 'the blob "x" is already computed at line 3'],
    ['AbsVal x 1 1 x a', 'line 3 has a layer of the same name'],
    ['AbsVal a 1', 'the numbers of bottoms and tops are missing'],
    ['AbsVal a 1 2 x a', '3 blobs are declared, but only 2 are named'],
    ['Clip a 1 1 x a hello', '"hello" is not a parameter'],
    ['Clip a 1 1 x a 32=1', '"32=" is not a parameter'],
    ['Clip a 1 1 x a 0=1.2.3', 'parameter 0: "1.2.3" is not a number'],
    ['Clip a 1 1 x a 1=1e39', 'parameter 1: 1e39 is too large for a float'],
    ['Slice a 1 1 x a 1=2147483648', 'parameter 1: 2147483648 does not fit in 32 bits'],
    ['Slice a 1 1 x a -23300=3,1,2', 'parameter 0: 3 elements are declared, but there are 2'],
    ['Reshape a 1 1 x a 6="0w', 'parameter 6: the string "0w is not terminated'],
    [
      'Pooling a 1 1 x a 0=1.0',
      'parameter 0 (pooling_type) of Pooling is an int, but is written as a float, which ncnn ignores or misreads',
    ],
    [
      'Slice a 1 1 x a -23300=2,1,2.0',
      'parameter 0 (slices) of Slice is an array of ints, but is written as an array of ints and floats, which ncnn ignores or misreads',
    ],
    ['Slice a 1 1 x a 0=2', 'parameter 0 (slices) of Slice is an array of ints, but is written as an int, which ncnn ignores or misreads'],
  ])('rejects %s', (line, message) => {
    expect(problems(`7767517\n2 2\nInput x 0 1 x\n${line}\n`)).toContain(`n.param:4 file-malformed ${message}`);
  });

  it('accepts only custom layers that are named', () => {
    const content = '7767517\n2 2\nInput x 0 1 x\nMyLayer m 1 1 x y 0=1\n';
    expect(problems(content)).toEqual(['n.param:4 layer-unknown ncnn has no layer type "MyLayer"']);
    expect(problems(content, { customLayers: ['MyLayer'] })).toEqual([]);
  });

  it('suggests the converted net for a layer of PNNX', () => {
    const content = '7767517\n2 2\nInput x 0 1 x\nMyLayer m 1 1 x y 0=1\n';
    const [diagnostic] = readParamText(content.replace('MyLayer', 'nn.Conv2d')).diagnostics;
    expect(diagnostic?.hint).toContain('.ncnn.param');
  });
});

describe('.param.bin', () => {
  const known = netOf(net.layers.slice(0, 4), ['y']);

  it('consists of 32-bit words with padded strings', () => {
    const words = new Int32Array(writeParamBin(net).buffer);
    expect([...words.subarray(0, 11)]).toEqual([7767517, 5, 6, 16, 0, 1, 0, 0, 4, 1, 3]);
    const reshape = [1, 1, 3, 4, -23406, 4, 0x322c7730, -233];
    const customLayer = [0x100, 1, 1, 4, 5, 0, 0x40000000, -23303, 0, -23404, 3, 0x00622061, -233];
    expect([...words.subarray(-21)]).toEqual([...reshape, ...customLayer]);
  });

  it('gets names from its numbers when it is read back', () => {
    const { layers, diagnostics } = readParamBin(writeParamBin(known));
    expect(diagnostics).toEqual([]);
    expect(layers.map(({ type, name, bottoms, tops }) => [type, name, bottoms, tops])).toEqual([
      ['Input', 'layer0', [], ['blob0']],
      ['Slice', 'layer1', ['blob0'], ['blob1', 'blob2']],
      ['Eltwise', 'layer2', ['blob1', 'blob2'], ['blob3']],
      ['Reshape', 'layer3', ['blob3'], ['blob4']],
    ]);
    expect(layers.map(paramEntries)).toEqual(known.layers.map(paramEntries));
  });

  function problem(bytes: Uint8Array): string | undefined {
    const [diagnostic] = readParamBin(bytes, 'n.param.bin').diagnostics;
    return diagnostic && `${diagnostic.code} ${diagnostic.message} at ${diagnostic.place.offset}`;
  }

  it('reports where the file is damaged', () => {
    const bytes = writeParamBin(known);
    expect(problem(Uint8Array.of(1, 2, 3, 4))).toBe('file-foreign not an ncnn .param.bin file at 0');
    expect(problem(bytes.subarray(0, bytes.length - 4))).toBe(
      `file-truncated the file ends at byte ${bytes.length - 4} at ${bytes.length - 8}`,
    );
    expect(problem(Buffer.concat([bytes, Uint8Array.of(0, 0, 0, 0)]))).toBe(
      `file-malformed 4 bytes are left after the last layer at ${bytes.length - 4}`,
    );
    expect(problem(writeParamBin(net))).toMatch(/^layer-unknown a \.param\.bin does not say/);
    const huge = Uint8Array.from(bytes);
    new DataView(huge.buffer).setInt32(4, 0x7fffffff, true);
    expect(problem(huge)).toBe('file-malformed the number of layers cannot be 2147483647 at 4');
  });

  it('can be read from an unaligned address', () => {
    const bytes = writeParamBin(known);
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(readParamBin(shifted.subarray(1)).layers.length).toBe(4);
  });
});

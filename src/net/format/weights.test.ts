import { describe, expect, it } from 'vitest';
import { type Layer, makeLayer } from '../net.ts';
import { netOf } from '../passes/testing.ts';
import { floatsOf, type Weight, weightOf } from '../weight.ts';
import { needsWeights, readWeights } from './weightsRead.ts';
import { weightsLength, writeWeights } from './weightsWrite.ts';

function concat(chunks: Iterable<Uint8Array>): Uint8Array {
  return Uint8Array.from(Buffer.concat([...chunks]));
}

function product(weight: Weight, bias?: Weight): Layer {
  const params = { num_output: 1, weight_data_size: weight.length };
  return bias === undefined
    ? makeLayer('InnerProduct', 'p', ['x'], ['y'], params, [weight])
    : makeLayer('InnerProduct', 'p', ['x'], ['y'], { ...params, bias_term: 1 }, [weight, bias]);
}

function stored(storage: Weight['storage'], length: number, bytes: readonly number[], flag?: number): Weight {
  return { length, storage, read: () => Uint8Array.from(bytes), ...(flag === undefined ? {} : { flag }) };
}

const table = stored('opaque', 3, [...new Uint8Array(1024).fill(9), 2, 1, 0], 1);

describe('the weight file', () => {
  it.each<[string, Weight, readonly number[]]>([
    ['float32', weightOf([1]), [0, 0, 0, 0, 0, 0, 0x80, 0x3f]],
    ['float16', stored('float16', 3, [1, 2, 3, 4, 5, 6]), [0x47, 0x6b, 0x30, 0x01, 1, 2, 3, 4, 5, 6, 0, 0]],
    ['bfloat16', stored('bfloat16', 2, [1, 2, 3, 4]), [0x83, 0x8b, 0x34, 0x01, 1, 2, 3, 4]],
    ['int8', stored('int8', 5, [1, 2, 3, 4, 5]), [0x38, 0x4b, 0x0d, 0, 1, 2, 3, 4, 5, 0, 0, 0]],
    ['raw float32', { ...weightOf([1]), flag: 0x0002c056 }, [0x56, 0xc0, 0x02, 0, 0, 0, 0x80, 0x3f]],
    ['a table', table, [1, 0, 0, 0, ...new Uint8Array(1024).fill(9), 2, 1, 0, 0]],
  ])('stores a weight as %s and reads it back', (_, weight, bytes) => {
    const net = netOf([product(weight, weightOf([2]))], []);
    const file = concat(writeWeights(net));
    expect([...file.subarray(0, -4)]).toEqual(bytes);
    expect([...file.subarray(-4)]).toEqual([0, 0, 0, 0x40]);
    expect(weightsLength(net)).toBe(file.length);
    const { layers, diagnostics } = readWeights([{ ...product(weight, weight), weights: [] }], file);
    expect(diagnostics).toEqual([]);
    const [read, bias] = layers[0]?.weights ?? [];
    expect(read).toMatchObject({ length: weight.length, storage: weight.storage });
    expect(read?.flag).toBe(weight.flag);
    expect([...(read?.read() ?? [])]).toEqual([...weight.read()]);
    expect(bias && [...floatsOf(bias)]).toEqual([2]);
    expect(concat(writeWeights(netOf(layers, [])))).toEqual(file);
  });

  it('reads weights as views, not copies', () => {
    const file = concat(writeWeights(netOf([product(weightOf([1, 2]))], [])));
    const { layers } = readWeights([{ ...product(weightOf([0, 0])), weights: [] }], file);
    expect(layers[0]?.weights[0]?.read().buffer).toBe(file.buffer);
    const chunks = [...writeWeights(netOf(layers, []))];
    expect(chunks[1]?.buffer).toBe(file.buffer);
  });

  it('stores packed bits without a flag', () => {
    const layer = makeLayer('Gemm', 'g', ['x'], ['y'], { constantB: 1, transB: 1, constantN: 1, constantK: 3, quantize_term: 400 }, [
      stored('opaque', 2, [7, 8]),
      weightOf([1]),
    ]);
    const file = concat(writeWeights(netOf([layer], [])));
    expect([...file]).toEqual([7, 8, 0, 0, 0, 0, 0x80, 0x3f]);
    expect(readWeights([{ ...layer, weights: [] }], file).layers[0]?.weights.map(({ storage, length }) => [storage, length])).toEqual([
      ['opaque', 2],
      ['float32', 1],
    ]);
  });

  it('throws when a weight yields another number of bytes than declared', () => {
    expect(() => [...writeWeights(netOf([product(stored('float32', 2, [0]))], []))]).toThrow(
      'InnerProduct "p": a weight was written with 1 bytes, expected 8',
    );
  });
});

describe('readWeights', () => {
  const layers = [{ ...product(weightOf([1, 2]), weightOf([3])), weights: [] }];
  const file = concat(writeWeights(netOf([product(weightOf([1, 2]), weightOf([3]))], [])));

  it('reports the missing bytes and the layer that needs them', () => {
    const [diagnostic] = readWeights(layers, file.subarray(0, 13), { path: 'n.bin' }).diagnostics;
    expect(diagnostic).toMatchObject({
      code: 'file-truncated',
      message: 'the weights end at byte 13, 3 bytes before the end of bias_data',
      place: { file: 'n.bin', node: 'p', operator: 'InnerProduct', offset: 12 },
    });
    expect(readWeights(layers, file.subarray(0, 13), { path: 'n.bin', param: 'n.param', lines: [4] }).diagnostics[0]).toMatchObject({
      message: 'the weights in n.bin end at byte 13, 3 bytes before the end of bias_data',
      place: { file: 'n.param', line: 4, node: 'p', operator: 'InnerProduct' },
    });
    expect(readWeights(layers, new Uint8Array()).diagnostics[0]?.message).toBe(
      'the weights end at byte 0, 12 bytes before the end of weight_data',
    );
  });

  it('reports the bytes left over', () => {
    const [diagnostic] = readWeights(layers, Buffer.concat([file, new Uint8Array(5)])).diagnostics;
    expect(diagnostic).toMatchObject({
      code: 'file-malformed',
      message: '5 bytes are left at the end of the weights (the last layer with weights)',
      place: { node: 'p', offset: 16 },
    });
    expect(readWeights([], file).diagnostics[0]?.message).toBe('16 bytes are left at the end of the weights (no layer has weights)');
  });

  it('rejects impossible sizes', () => {
    const layer = makeLayer('PReLU', 'a', ['x'], ['y'], {});
    expect(readWeights([layer], file).diagnostics[0]).toMatchObject({
      code: 'file-malformed',
      message: 'the parameters declare 0 elements for slope_data',
    });
  });

  it('gives the remaining bytes to the only custom layer', () => {
    const custom: Layer = { type: 'Custom', customType: 'Mine', name: 'm', bottoms: ['y'], tops: ['z'], weights: [] };
    const more = Buffer.concat([file, Uint8Array.of(1, 2, 3, 4)]);
    const read = readWeights([...layers, custom], more);
    expect(read.diagnostics).toEqual([]);
    expect(read.layers[1]?.weights.map((weight) => [...weight.read()])).toEqual([[1, 2, 3, 4]]);
    expect(concat(writeWeights(netOf(read.layers, [])))).toEqual(Uint8Array.from(more));
    expect(readWeights([custom, ...layers], file).diagnostics).toEqual([]);
    expect(readWeights([custom, ...layers], more).diagnostics).toHaveLength(1);
  });

  it('knows whether layers have weights', () => {
    expect(needsWeights(layers)).toBe(true);
    expect(needsWeights([makeLayer('ReLU', 'r', ['x'], ['y'], {})])).toBe(false);
  });
});

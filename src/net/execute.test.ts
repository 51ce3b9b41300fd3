import { describe, expect, it } from 'vitest';
import { execute } from './execute.ts';
import type { BlobData } from './layers/kernels/call.ts';
import { type Layer, makeLayer, type Net } from './net.ts';
import { weightOf } from './weight.ts';

function blob(shape: readonly number[], values: readonly number[]): BlobData {
  return { shape, values: Float32Array.from(values) };
}

function netOf(layers: readonly Layer[], outputs: readonly string[], inputs: readonly string[] = ['x']): Net {
  return { layers: [...inputs.map((name) => makeLayer('Input', name, [], [name], {})), ...layers], shapes: new Map(), outputs };
}

function result(layer: Layer, ...bottoms: readonly BlobData[]): { shape: readonly number[]; values: number[] } {
  const feeds = new Map(layer.bottoms.map((name, index) => [name, bottoms[index] ?? blob([1], [0])]));
  const [top] = execute(netOf([layer], layer.tops, layer.bottoms), feeds).values();
  return { shape: top?.shape ?? [], values: [...(top?.values ?? [])] };
}

describe('execute', () => {
  it('runs layers in order and keeps blobs that are read later', () => {
    const net = netOf(
      [
        makeLayer('ReLU', 'a', ['x'], ['a'], {}),
        makeLayer('UnaryOp', 'b', ['a'], ['b'], { op_type: 1 }),
        makeLayer('BinaryOp', 'c', ['b', 'x'], ['c'], { op_type: 0 }),
      ],
      ['c', 'a'],
    );
    const seen: string[] = [];
    const results = execute(net, new Map([['x', blob([3], [-1, 2, 3])]]), { onBlob: (name) => seen.push(name) });
    expect([...(results.get('c')?.values ?? [])]).toEqual([-1, 0, 0]);
    expect([...(results.get('a')?.values ?? [])]).toEqual([0, 2, 3]);
    expect(seen).toEqual(['x', 'a', 'b', 'c']);
  });

  it('names a layer without a kernel', () => {
    const net = netOf([makeLayer('Quantize', 'd', ['x'], ['y'], {})], ['y']);
    expect(() => execute(net, new Map([['x', blob([1], [0])]]))).toThrow('Quantize "d": the interpreter does not support');
  });

  it('names a missing input', () => {
    const net = netOf([makeLayer('Quantize', 'd', ['x'], ['y'], {})], ['y']);
    expect(() => execute(net, new Map())).toThrow('the input "x" has no value');
  });

  it('leaves custom layers to the runtime', () => {
    const layer: Layer = { type: 'Custom', customType: 'Mine', name: 'm', bottoms: ['x'], tops: ['y'], weights: [] };
    expect(() => execute(netOf([layer], ['y']), new Map([['x', blob([1], [0])]]))).toThrow('only your own runtime');
  });
});

describe("ncnn's own rules", () => {
  it('broadcast a vector along the outermost axis if its length matches', () => {
    const add = makeLayer('BinaryOp', 'b', ['x', 'z'], ['y'], { op_type: 0 });
    expect(result(add, blob([2, 2], [0, 0, 0, 0]), blob([2], [1, 2])).values).toEqual([1, 1, 2, 2]);
    expect(result(add, blob([2, 3], [0, 0, 0, 0, 0, 0]), blob([3], [1, 2, 3])).values).toEqual([1, 2, 3, 1, 2, 3]);
    expect(() => result(add, blob([2], [0, 0]), blob([3], [0, 0, 0]))).toThrow('do not broadcast');
  });

  it('scale the whole sum of Gemm by alpha, including C', () => {
    const gemm = makeLayer('Gemm', 'g', ['x', 'z', 'c'], ['y'], { alpha: 2, beta: 3 });
    expect(result(gemm, blob([1, 1], [2]), blob([1, 1], [5]), blob([1], [1])).values).toEqual([26]);
  });

  it('round up the windows of a full-mode pooling and exclude the border from averages', () => {
    const params = { pooling_type: 1, kernel_w: 2, kernel_h: 1, stride_w: 2, stride_h: 1 };
    expect(result(makeLayer('Pooling', 'p', ['x'], ['y'], params), blob([1, 1, 3], [1, 3, 5]))).toEqual({
      shape: [1, 1, 2],
      values: [2, 5],
    });
    const valid = makeLayer('Pooling', 'p', ['x'], ['y'], { ...params, pad_mode: 1 });
    expect(result(valid, blob([1, 1, 3], [1, 3, 5])).shape).toEqual([1, 1, 1]);
  });

  it('read indices of Embed as int32 bits and clamp them to the table', () => {
    const embed = makeLayer('Embed', 'e', ['x'], ['y'], { num_output: 1, input_dim: 3, weight_data_size: 3 }, [weightOf([10, 20, 30])]);
    const indices = { shape: [3], values: new Float32Array(Int32Array.of(2, -1, 9).buffer) };
    expect(result(embed, indices)).toEqual({ shape: [3, 1], values: [30, 10, 30] });
  });

  it('put the extra cell of SAME padding behind or in front', () => {
    const of = (pad: number): Layer =>
      makeLayer('Convolution1D', 'c', ['x'], ['y'], { num_output: 1, kernel_w: 2, pad_left: pad, pad_right: pad, weight_data_size: 2 }, [
        weightOf([1, 10]),
      ]);
    expect(result(of(-233), blob([1, 3], [1, 2, 3])).values).toEqual([21, 32, 3]);
    expect(result(of(-234), blob([1, 3], [1, 2, 3])).values).toEqual([10, 21, 32]);
  });

  it('sum in double precision, so that long sums keep small terms', () => {
    const values = Array.from({ length: 4097 }, (_, index) => (index === 0 ? 2 ** 24 : 1));
    const sum = makeLayer('Reduction', 'r', ['x'], ['y'], { operation: 0 });
    expect(result(sum, blob([4097], values)).values).toEqual([2 ** 24 + 4096]);
  });

  it('reject reads out of bounds', () => {
    const crop = makeLayer('Crop', 'c', ['x'], ['y'], { woffset: 2, outw: -233, woffset2: 2 });
    expect(() => result(crop, blob([3], [1, 2, 3]))).toThrow('Crop "c"');
    const split = makeLayer('Slice', 's', ['x'], ['a', 'b'], { slices: [2, 2] });
    expect(() => result(split, blob([3], [1, 2, 3]))).toThrow('elements 2 to 4 are taken of 3');
    const old = makeLayer('Softmax', 's', ['x'], ['y'], { axis: 1 });
    expect(() => result(old, blob([1, 2], [1, 2]))).toThrow('fixbug0');
  });

  it('decode fp16 weights', () => {
    const bytes = Uint8Array.of(0x00, 0x3c, 0x00, 0x40);
    const product = (storage: 'float16' | 'int8'): Layer =>
      makeLayer('InnerProduct', 'i', ['x'], ['y'], { num_output: 1, weight_data_size: 2 }, [{ length: 2, storage, read: () => bytes }]);
    expect(result(product('float16'), blob([2], [3, 5])).values).toEqual([13]);
  });

  it('reject quantized weights', () => {
    const bytes = Uint8Array.of(0x00, 0x3c, 0x00, 0x40);
    const product = (storage: 'float16' | 'int8'): Layer =>
      makeLayer('InnerProduct', 'i', ['x'], ['y'], { num_output: 1, weight_data_size: 2 }, [{ length: 2, storage, read: () => bytes }]);
    expect(() => result(product('int8'), blob([2], [3, 5]))).toThrow('stored as int8');
  });
});

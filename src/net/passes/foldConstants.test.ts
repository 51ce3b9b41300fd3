import { describe, expect, it } from 'vitest';
import { eltwiseCodes } from '../layers/codes.ts';
import { type Layer, makeLayer } from '../net.ts';
import { floatsOf, weightOf } from '../weight.ts';
import { foldConstants } from './foldConstants.ts';
import { optimize } from './index.ts';
import { inputLayer, netOf, outline, paramsOf, runOnce } from './testing.ts';

function constant(top: string, ...values: readonly number[]): Layer {
  return makeLayer('MemoryData', top, [], [top], { w: values.length }, [weightOf(values)]);
}

const sum = (bottoms: readonly string[], top: string): Layer => makeLayer('BinaryOp', top, bottoms, [top], {});

describe('foldConstants', () => {
  it('evaluates consecutive BinaryOp and Eltwise layers of constants', () => {
    const coeffs = { op_type: eltwiseCodes.SUM.code, coeffs: [2, 1] };
    const layers = [constant('a', 1, 2), constant('b', 3, 4), sum(['a', 'b'], 'c'), makeLayer('Eltwise', 'd', ['c', 'a'], ['d'], coeffs)];
    const { net, times } = runOnce(foldConstants, netOf([inputLayer('x'), ...layers, sum(['x', 'd'], 'y')], ['y'], { x: [2] }));
    expect(times).toBe(2);
    expect(outline(net)).toEqual(['Input()->x', 'MemoryData()->d', 'BinaryOp(x,d)->y']);
    expect(net.layers[1]?.weights.map((weight) => [...floatsOf(weight)])).toEqual([[9, 14]]);
    expect(paramsOf(net.layers[1])).toMatchObject({ 0: 2 });
  });

  it('keeps a constant that has other readers and the name of an output', () => {
    const layers = [constant('a', 1, 2), makeLayer('AbsVal', 'b', ['a'], ['b'], {}), sum(['x', 'a'], 'y')];
    const { net } = runOnce(foldConstants, netOf([inputLayer('x'), ...layers], ['b', 'y'], { x: [2] }));
    expect(outline(net)).toEqual(['Input()->x', 'MemoryData()->a', 'MemoryData()->b', 'BinaryOp(x,a)->y']);
  });

  it('folds together with eliminations before and after it', () => {
    const layers = [
      constant('a', 1, 1),
      constant('b', 2, 2),
      sum(['a', 'b'], 'c'),
      makeLayer('Reduction', 'd', ['c'], ['d'], { operation: 3 }),
    ];
    const { net } = optimize(netOf([inputLayer('x'), ...layers, sum(['x', 'd'], 'y')], ['y'], { x: [2] }));
    expect(outline(net)).toEqual(['Input()->x', 'BinaryOp(x)->y']);
    expect(paramsOf(net.layers[1])).toMatchObject({ 1: 1, 2: 3 });
  });

  it.each<[string, readonly Layer[]]>([
    ['reads the input too', [constant('a', 1, 2), sum(['x', 'a'], 'y')]],
    ['would be much larger', [constant('a', 1, 2), makeLayer('Tile', 'y', ['a'], ['y'], { axis: 0, tiles: 1 << 14 })]],
    ['produces non-finite numbers', [constant('a', 0), makeLayer('UnaryOp', 'y', ['a'], ['y'], { op_type: 8 })]],
    ['is rounded', [constant('a', 1), sum(['a', 'a'], 'b'), makeLayer('UnaryOp', 'c', ['b'], ['c'], { op_type: 2 }), sum(['x', 'c'], 'y')]],
    [
      'has an unknown parameter',
      [constant('a', 1), { ...makeLayer('AbsVal', 'y', ['a'], ['y'], {}), rawParams: [{ id: 9, kind: 'int', value: 1 }] }],
    ],
    ['produces several outputs', [constant('a', 1, 2), makeLayer('Slice', 's', ['a'], ['y', 'z'], { slices: [1, -233] })]],
  ])('keeps a layer that %s', (_, layers) => {
    const { net, times } = runOnce(foldConstants, netOf([inputLayer('x'), ...layers], ['y'], { x: [1] }));
    expect(times).toBe(0);
    expect(net.layers).toHaveLength(layers.length + 1);
  });
});

import { describe, expect, it } from 'vitest';
import { execute } from '../../execute.ts';
import { type Layer, type LayerParams, makeLayer, type Net } from '../../net.ts';
import { inferShapes } from '../../shapes.ts';
import { weightOf } from '../../weight.ts';
import { optimize } from '../index.ts';
import { inputLayer, netOf, outline, runOnce } from '../testing.ts';
import { fuseBranches } from './branches.ts';

const channels = 4;
const ramp = (length: number, seed: number): Float32Array => Float32Array.from({ length }, (_, index) => Math.sin(1.7 * index + seed));

function convolution(top: string, kernel_w: number, more: LayerParams<'Convolution'> = {}, bottom = 'x'): Layer {
  const size = channels * channels * kernel_w * (more.kernel_h ?? kernel_w);
  const params = { num_output: channels, kernel_w, pad_left: (kernel_w - 1) / 2, weight_data_size: size, bias_term: 1, ...more };
  return makeLayer('Convolution', top, [bottom], [top], params, [weightOf(ramp(size, top.charCodeAt(0))), weightOf(ramp(channels, size))]);
}

function norm(top: string, bottom = 'x'): Layer {
  const weights = [1, 2, 3, 4].map((seed) => weightOf(ramp(channels, seed).map((value) => (seed === 3 ? 1 + value / 2 : value))));
  return makeLayer('BatchNorm', top, [bottom], [top], { channels }, weights);
}

const sum = (left: string, right: string, top: string, op_type = 0): Layer => makeLayer('BinaryOp', top, [left, right], [top], { op_type });

function netFrom(...layers: readonly Layer[]): Net {
  const net = netOf([inputLayer('x'), ...layers], ['y'], { x: [channels, 7, 9] });
  return { ...net, shapes: inferShapes(net) };
}

function expectSame(net: Net, fused: Net, shape: readonly number[] = [channels, 7, 9]): void {
  const values = ramp(
    shape.reduce((size, length) => size * length, 1),
    6,
  );
  const [expected, actual] = [net, fused].map((each) => execute(each, new Map([['x', { shape, values }]])).get('y'));
  expect(actual?.shape).toEqual(expected?.shape);
  const differences = expected?.values.map((value, index) => value - (actual?.values[index] ?? Number.NaN)) ?? [];
  expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-5);
}

describe('branches of a convolution', () => {
  const down = { stride_w: 2 };
  it.each<[what: string, layers: readonly Layer[]]>([
    ['a block of RepVGG', [convolution('a', 1), convolution('b', 3), norm('c'), sum('a', 'b', 'd'), sum('c', 'd', 'y')]],
    ['a block of RepVGG that halves the size', [convolution('a', 1, down), convolution('b', 3, down), sum('a', 'b', 'y')]],
    ['the input itself', [convolution('a', 3), sum('x', 'a', 'y')]],
    ['a factor for all channels', [convolution('a', 3), makeLayer('Power', 'b', ['x'], ['b'], { scale: 3, shift: 1 }), sum('a', 'b', 'y')]],
    ['a difference', [convolution('a', 3), norm('b'), sum('b', 'a', 'y', 1)]],
    ['a reversed difference', [convolution('a', 3), convolution('b', 5), sum('a', 'b', 'y', 7)]],
    ['uneven padding', [convolution('a', 3, { pad_left: 2, pad_right: 0, pad_top: 1 }), convolution('b', 1), sum('a', 'b', 'y')]],
    ['a kernel of one row', [convolution('a', 3, { kernel_h: 1, pad_top: 0 }), convolution('b', 3), sum('a', 'b', 'y')]],
    ['dilated kernels', [convolution('a', 3, { dilation_w: 2, pad_left: 2 }), convolution('b', 1), sum('a', 'b', 'y')]],
    [
      'a weighted sum',
      [convolution('a', 3), convolution('b', 1), makeLayer('Eltwise', 'y', ['a', 'x', 'b'], ['y'], { op_type: 1, coeffs: [0.5, -2, 3] })],
    ],
  ])('become one: %s', (_, layers) => {
    const net = netFrom(...layers);
    const { net: fused } = optimize(net);
    expect(outline(fused)).toEqual(['Input()->x', 'Convolution(x)->y']);
    expectSame(net, fused);
    expect(optimize(fused).passes).toEqual([]);
  });

  it('become one where sizes are dynamic', () => {
    const net = { ...netFrom(convolution('a', 3), norm('b'), sum('a', 'b', 'y')), shapes: new Map([['x', [channels, 'h', 'w']]]) };
    const { net: fused } = runOnce(fuseBranches, net);
    expect(outline(fused)).toEqual(['Input()->x', 'Convolution(x)->y']);
    for (const size of [4, 5, 8]) expectSame(net, fused, [channels, size, size]);
  });

  it('become one beside another term', () => {
    const other = makeLayer('TanH', 't', ['x'], ['t'], {});
    const all = makeLayer('Eltwise', 'y', ['a', 't', 'b'], ['y'], { op_type: 1, coeffs: [1, 2, 3] });
    const net = netFrom(convolution('a', 3), convolution('b', 1), other, all);
    const { net: fused } = runOnce(fuseBranches, net);
    expect(outline(fused)).toEqual(['Input()->x', 'Convolution(x)->a', 'TanH(x)->t', 'Eltwise(a,t)->y']);
    expectSame(net, fused);
  });

  const wide = makeLayer('Convolution', 'a', ['x'], ['a'], { num_output: 1, kernel_w: 1, weight_data_size: channels }, [
    weightOf(ramp(4, 1)),
  ]);
  const round = makeLayer('UnaryOp', 'y', ['s'], ['y'], { op_type: 18 });
  it.each<[what: string, layers: readonly Layer[]]>([
    ['other strides', [convolution('a', 1, { stride_w: 2, stride_h: 1 }), convolution('b', 3), sum('a', 'b', 'y')]],
    ['another result size', [convolution('a', 3), convolution('b', 1, { pad_left: 1 }), sum('a', 'b', 'y')]],
    ['taps between those of the other', [convolution('a', 3, { dilation_w: 2, pad_left: 2 }), convolution('b', 3), sum('a', 'b', 'y')]],
    ['an activation', [convolution('a', 3, { activation_type: 1 }), convolution('b', 1), sum('a', 'b', 'y')]],
    ['padding with another value', [convolution('a', 3, { pad_value: 1 }), convolution('b', 1), sum('a', 'b', 'y')]],
    ['automatic padding', [convolution('a', 3, { pad_left: -233 }), convolution('b', 1), sum('a', 'b', 'y')]],
    ['another input', [convolution('a', 3), norm('m'), convolution('b', 1, {}, 'm'), sum('a', 'b', 'y')]],
    ['a product', [convolution('a', 3), convolution('b', 1), sum('a', 'b', 'y', 2)]],
    ['a broadcast result', [wide, sum('a', 'x', 'y')]],
    ['a rounding behind', [convolution('a', 3), convolution('b', 1), sum('a', 'b', 's'), round]],
    [
      'a larger window than both',
      [convolution('a', 3, { kernel_h: 1, pad_top: 0 }), convolution('b', 1, { kernel_h: 3, pad_top: 1 }), sum('a', 'b', 'y')],
    ],
  ])('stay apart with %s', (_, layers) => {
    expect(runOnce(fuseBranches, netFrom(...layers)).times).toBe(0);
  });

  it('stay apart where the caller reads or feeds a blob between them', () => {
    const net = netFrom(convolution('a', 3), norm('b'), sum('a', 'b', 'y'));
    expect(runOnce(fuseBranches, { ...net, outputs: ['a', 'y'] }).times).toBe(0);
    expect(runOnce(fuseBranches, { ...net, keep: new Set(['b']) }).times).toBe(0);
    const residual = { ...netFrom(convolution('a', 3), sum('a', 'x', 'y')), keep: new Set(['x']) };
    expect(runOnce(fuseBranches, residual).times).toBe(0);
  });
});

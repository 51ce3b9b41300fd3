import { describe, expect, it } from 'vitest';
import { binaryCodes, eltwiseCodes } from '../../layers/codes.ts';
import { peakBytes } from '../../memory.ts';
import { type BlobShape, type Layer, makeLayer, type Net } from '../../net.ts';
import { weightOf } from '../../weight.ts';
import { inputLayer, netOf, outline, paramsOf } from '../testing.ts';
import { executionOrder } from './executionOrder.ts';
import { orderLayers } from './orderLayers.ts';

/** A convolution whose number of channels is in the shapes of the test. */
function make(bottom: string, top: string): Layer {
  return makeLayer('Convolution', top, [bottom], [top], { num_output: 1, kernel_w: 1, weight_data_size: 1 }, [weightOf([1])]);
}

const add = (a: string, b: string, top: string, op_type: number = binaryCodes.ADD.code): Layer =>
  makeLayer('BinaryOp', top, [a, b], [top], { op_type });

/** A large blob `l` inside one of the branches; the results of both are small. */
const sizes: Readonly<Record<string, BlobShape>> = { x: [1, 1, 1], a: [1, 1, 64], l: [1, 1, 1000], b: [1, 1, 64], y: [1, 1, 64] };

function branches(last: Layer): Net {
  return netOf([inputLayer('x'), make('x', 'a'), make('x', 'l'), make('l', 'b'), last], ['y'], sizes);
}

describe('orderLayers', () => {
  it('runs the branch with the larger peak first', () => {
    const net = branches(add('a', 'b', 'y'));
    const { net: ordered, times } = orderLayers.runLast(net);
    expect(outline(ordered)).toEqual(['Input()->x', 'Convolution(x)->l', 'Convolution(l)->b', 'Convolution(x)->a', 'BinaryOp(b,a)->y']);
    expect(times).toBe(3);
    expect([peakBytes(net), peakBytes(ordered)]).toEqual([4 * (64 + 1000 + 64), 4 * (1 + 1000 + 64)]);
    expect(orderLayers.runLast(ordered)).toEqual({ net: ordered, times: 0 });
  });

  it('keeps the coefficients of an Eltwise with their operands', () => {
    const params = { op_type: eltwiseCodes.SUM.code, coeffs: [1, 3] };
    const { net } = orderLayers.runLast(branches(makeLayer('Eltwise', 'y', ['a', 'b'], ['y'], params)));
    expect(net.layers.at(-1)?.bottoms).toEqual(['b', 'a']);
    expect(paramsOf(net.layers.at(-1))).toMatchObject({ 1: [3, 1] });
  });

  it.each([
    ['a difference', branches(add('a', 'b', 'y', binaryCodes.SUB.code))],
    ['a maximum, because of NaN', branches(add('a', 'b', 'y', binaryCodes.MAX.code))],
    ['a broadcast', { ...branches(add('a', 'b', 'y')), shapes: new Map(Object.entries({ ...sizes, a: [1, 1, 1] })) }],
    [
      'operands with dynamic axes',
      { ...branches(add('a', 'b', 'y')), shapes: new Map(Object.entries({ ...sizes, a: [1, 1, 'w'], b: [1, 1, 'w'] })) },
    ],
    ['a Concat', branches(makeLayer('Concat', 'y', ['a', 'b'], ['y'], {}))],
  ])('keeps the operand order of %s', (_, net) => {
    expect(orderLayers.runLast(net)).toEqual({ net, times: 0 });
  });

  it('orders layers by execution and keeps those no output needs', () => {
    const layers = [
      inputLayer('x'),
      make('x', 'b'),
      make('x', 'a'),
      make('x', 'z'),
      inputLayer('i'),
      make('i', 'w'),
      add('w', 'a', 'y'),
      add('y', 'b', 'u'),
    ];
    const { net } = orderLayers.runLast(netOf(layers, ['u']));
    expect(net.layers.map(({ name }) => name)).toEqual(['x', 'i', 'w', 'a', 'y', 'b', 'u', 'z']);
    expect(executionOrder(net)).toEqual(net.layers);
  });

  it('handles nets deeper than the call stack', () => {
    const layers = [inputLayer('b0'), ...Array.from({ length: 50000 }, (_, index) => make(`b${index}`, `b${index + 1}`))];
    expect(orderLayers.runLast(netOf(layers.toReversed(), ['b50000'])).net.layers).toHaveLength(50001);
  });

  it('limits the time for a sum of many branches', () => {
    const sizes: Record<string, BlobShape> = { x: [1, 1, 1], s0: [1, 1, 8] };
    const layers = [inputLayer('x'), make('x', 's0')];
    for (let branch = 1; branch <= 20_000; branch++) {
      layers.push(make('x', `b${branch}`), add(`b${branch}`, `s${branch - 1}`, `s${branch}`));
      sizes[`b${branch}`] = sizes[`s${branch}`] = [1, 1, 8];
    }
    const net = netOf(layers, ['s20000'], sizes);
    const { user } = process.cpuUsage();
    const { net: ordered } = orderLayers.runLast(net);
    expect((process.cpuUsage().user - user) / 1000).toBeLessThan(3000);
    expect(peakBytes(ordered) ?? 0).toBeLessThan(peakBytes({ ...net, layers: executionOrder(net) }) ?? 0);
  });
});

describe('peakBytes', () => {
  const line: Readonly<Record<string, BlobShape>> = { x: [10], a: [10], b: [10], y: [10] };

  it('counts live bytes', () => {
    expect(peakBytes(netOf([inputLayer('x'), make('x', 'a'), make('a', 'b'), make('b', 'y')], ['y'], line))).toBe(80);
  });

  it('counts views and in-place results once, unless something else reads them', () => {
    const relu = makeLayer('ReLU', 'a', ['x'], ['a'], {});
    expect(peakBytes(netOf([inputLayer('x'), relu], ['a'], line))).toBe(40);
    expect(peakBytes(netOf([inputLayer('x'), relu, add('x', 'a', 'y')], ['y'], line))).toBe(120);
    const reshape = makeLayer('Reshape', 'a', ['x'], ['a'], { w: 10 });
    expect(peakBytes(netOf([inputLayer('x'), reshape, add('x', 'a', 'y')], ['y'], line))).toBe(80);
  });

  it('frees unused results immediately', () => {
    const slice = makeLayer('Slice', 's', ['x'], ['a', 'b'], { slices: [5, -233] });
    const shapes: Readonly<Record<string, BlobShape>> = { x: [10], a: [5], b: [5], y: [20] };
    expect(peakBytes(netOf([inputLayer('x'), slice, make('a', 'y')], ['y'], shapes))).toBe(4 * 25);
  });

  it('is unknown when a size is unknown', () => {
    expect(peakBytes(netOf([inputLayer('x')], ['x'], { x: ['n'] }))).toBeUndefined();
  });
});

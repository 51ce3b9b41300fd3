import { expect, it } from 'vitest';
import { type Layer, makeLayer } from '../../net.ts';
import { computedWeight, floatsOf, type Weight, weightOf } from '../../weight.ts';
import { optimize } from '../index.ts';
import { convolutionLayer, inputLayer, netOf, outline, paramsOf, runOnce } from '../testing.ts';
import { fuseAffine } from './affine.ts';

/** slope 3 and 4, mean 1 and 2, variance 3.75 and 0, bias 5 and 6; eps 0.25. */
function norm(bottom: string, top: string, channels = 2): Layer {
  const weights = [
    [3, 4],
    [1, 2],
    [3.75, 0],
    [5, 6],
  ].map((values) => weightOf(values.slice(0, channels)));
  return makeLayer('BatchNorm', top, [bottom], [top], { channels, eps: 0.25 }, weights);
}

function values(layer: Layer | undefined): readonly (readonly number[])[] {
  return (layer?.weights ?? []).map((weight) => [...floatsOf(weight)]);
}

it('multiplies the kernels and adds a bias', () => {
  const { net, times } = runOnce(fuseAffine, netOf([inputLayer('x'), convolutionLayer('x', 'c', [2, 10]), norm('c', 'n')], ['n']));
  expect(times).toBe(1);
  expect(outline(net)).toEqual(['Input()->x', 'Convolution(x)->n']);
  expect(paramsOf(net.layers[1])).toMatchObject({ 5: 1 });
  expect(values(net.layers[1])).toEqual([
    [2 * 1.5, 10 * 8],
    [5 - 1 * 1.5, 6 - 2 * 8],
  ]);
});

it('fuses a bias', () => {
  const net = netOf([inputLayer('x'), convolutionLayer('x', 'c', [2, 10], [7, 8]), norm('c', 'n')], ['n']);
  expect(values(runOnce(fuseAffine, net).net.layers[1])[1]).toEqual([7 * 1.5 + 3.5, 8 * 8 - 10]);
});

it('scales the kernels of a depthwise convolution per channel', () => {
  const layer = makeLayer('ConvolutionDepthWise1D', 'c', ['x'], ['c'], { num_output: 2, group: 2, kernel_w: 2, weight_data_size: 4 }, [
    weightOf([1, 2, 3, 4]),
  ]);
  const { net } = runOnce(fuseAffine, netOf([inputLayer('x'), layer, norm('c', 'n')], ['n']));
  expect(values(net.layers[1])[0]).toEqual([1.5, 3, 24, 32]);
});

it('reads fp16 kernels', () => {
  const half: Weight = { length: 2, storage: 'float16', read: () => Uint8Array.of(0x00, 0x40, 0x00, 0x49) };
  const layer = makeLayer('Convolution', 'c', ['x'], ['c'], { num_output: 2, kernel_w: 1, weight_data_size: 2 }, [half]);
  const { net } = runOnce(fuseAffine, netOf([inputLayer('x'), layer, norm('c', 'n')], ['n']));
  expect(values(net.layers[1])[0]).toEqual([3, 80]);
});

it('reads no weights before the net is written', () => {
  const lazy = computedWeight(2, () => expect.fail('was read'));
  const layer = makeLayer('Convolution', 'c', ['x'], ['c'], { num_output: 2, kernel_w: 1, weight_data_size: 2 }, [lazy]);
  expect(runOnce(fuseAffine, netOf([inputLayer('x'), layer, norm('c', 'n')], ['n'])).times).toBe(1);
});

it.each<[string, Layer, readonly Layer[], readonly string[]]>([
  ['is an output', convolutionLayer('x', 'c', [1, 1]), [norm('c', 'n')], ['c', 'n']],
  ['is read by others', convolutionLayer('x', 'c', [1, 1]), [norm('c', 'n'), makeLayer('AbsVal', 'a', ['c'], ['a'], {})], ['n', 'a']],
  ['has another number of channels', convolutionLayer('x', 'c', [1, 1]), [norm('c', 'n', 1)], ['n']],
  [
    'has an activation',
    makeLayer('Convolution', 'c', ['x'], ['c'], { num_output: 2, weight_data_size: 2, activation_type: 1 }, [weightOf([1, 1])]),
    [norm('c', 'n')],
    ['n'],
  ],
  ['has a dynamic weight', makeLayer('Convolution', 'c', ['x', 'y'], ['c'], { num_output: 2, dynamic_weight: 1 }), [norm('c', 'n')], ['n']],
  [
    'is quantized',
    makeLayer('Convolution', 'c', ['x'], ['c'], { num_output: 2, weight_data_size: 2, int8_scale_term: 1 }, [
      { length: 2, storage: 'int8', read: () => Uint8Array.of(1, 1) },
    ]),
    [norm('c', 'n')],
    ['n'],
  ],
])('keeps a convolution that %s', (_, layer, rest, outputs) => {
  expect(runOnce(fuseAffine, netOf([inputLayer('x'), inputLayer('y'), layer, ...rest], outputs)).times).toBe(0);
});

it('keeps infinite factors', () => {
  const less = makeLayer('BinaryOp', 's', ['x'], ['s'], { op_type: 1, with_scalar: 1, b: 0.5 });
  const factor = makeLayer('MemoryData', 'f', [], ['f'], { w: 1 }, [weightOf([Number.POSITIVE_INFINITY])]);
  const bound = makeLayer('BinaryOp', 'b', ['s', 'f'], ['b'], { op_type: 2 });
  const { net } = optimize(netOf([inputLayer('x'), less, factor, bound], ['b'], { x: [4] }), true);
  expect(net.layers.map(({ type }) => type)).toEqual(['Input', 'BinaryOp', 'MemoryData', 'BinaryOp']);
});

it('rounds once, however many layers it fuses', () => {
  const third = 1 / 3;
  const layers = [inputLayer('x'), convolutionLayer('x', 'a', [3, 5], [7, 9])];
  const scalar = (op_type: number, b: number, bottom: string, top: string): Layer =>
    makeLayer('BinaryOp', top, [bottom], [top], { op_type, with_scalar: 1, b });
  layers.push(scalar(2, third, 'a', 'b'), scalar(0, third, 'b', 'c'), scalar(2, third, 'c', 'd'), scalar(2, third, 'd', 'y'));
  const { net } = optimize(netOf(layers, ['y']), ['fuse_convolution_mul', 'fuse_convolution_add']);
  const factor = Math.fround(third);
  const exact = (value: number): number => Math.fround(value * factor * factor * factor);
  expect(net.layers.at(-1)?.weights.map((weight) => [...floatsOf(weight)])).toEqual([
    [exact(3), exact(5)],
    [7, 9].map((value) => Math.fround((value * factor + factor) * factor * factor)),
  ]);
});

it('fuses a chain longer than the call stack', () => {
  const count = 5000;
  const factors = Array.from({ length: count }, (_, index) =>
    makeLayer('BinaryOp', `m${index}`, [index === 0 ? 'c' : `m${index - 1}`], [`m${index}`], {
      op_type: 2,
      with_scalar: 1,
      b: index % 2 === 0 ? 2 : 0.5,
    }),
  );
  const net = netOf([inputLayer('x'), convolutionLayer('x', 'c', [3]), ...factors], [`m${count - 1}`]);
  const { net: fused, times } = runOnce(fuseAffine, net);
  expect(times).toBe(count);
  expect(values(fused.layers[1])).toEqual([[3]]);
});

import { expect, it } from 'vitest';
import { type AttributeLiteral, makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { floatsOf } from '../../net/weight.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

function resize(
  shape: readonly (number | string)[],
  target: { readonly scales: readonly number[] } | { readonly sizes: readonly number[] },
  attributes: Readonly<Record<string, AttributeLiteral>>,
) {
  const constants: Record<string, Tensor> =
    'scales' in target ? { target: Tensor.float32(target.scales, [target.scales.length]) } : { target: Tensor.int64(target.sizes) };
  const inputs = 'scales' in target ? ['x', '', 'target'] : ['x', '', '', 'target'];
  return lowerNodes({ x: shape }, [makeNode('Resize', inputs, ['y'], attributes)], ['y'], constants).net;
}

it('uses Interp if it computes the same', () => {
  const nearest = resize(
    [1, 3, 4, 5],
    { scales: [1, 1, 2, 2] },
    { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
  );
  expect(nearest.layers.slice(1).map((layer) => ({ type: layer.type, params: loweredParams(layer) }))).toEqual([
    { type: 'Interp', params: { resize_type: 1, align_corner: 0, output_height: 8, output_width: 10 } },
  ]);
  const linear = resize([1, 3, 4, 5], { sizes: [1, 3, 7, 9] }, { mode: 'linear', coordinate_transformation_mode: 'align_corners' });
  expect(loweredParams(linear.layers[1])).toMatchObject({ resize_type: 2, align_corner: 1 });
  const cubic = resize([1, 3, 4, 5], { sizes: [1, 3, 7, 9] }, { mode: 'cubic' });
  expect(loweredParams(cubic.layers[1])).toMatchObject({ resize_type: 3, align_corner: 0 });
});

it('keeps the scale for dynamic sizes', () => {
  const net = resize([1, 3, 'H', 'W'], { scales: [1, 1, 2, 2] }, { mode: 'linear' });
  expect(loweredParams(net.layers[1])).toEqual({ resize_type: 2, align_corner: 0, height_scale: 2, width_scale: 2 });
  expect(net.shapes.get('y')).toEqual([3, '2*H', '2*W']);
});

it('multiplies by an interpolation matrix if Interp differs', () => {
  const net = resize([1, 1, 1, 2], { scales: [1, 1, 1, 2] }, { mode: 'linear', coordinate_transformation_mode: 'asymmetric' });
  expect(net.layers.map(({ type }) => type)).toEqual(expect.arrayContaining(['MatMul']));
  const matrix = net.layers.find(({ type }) => type === 'MemoryData')?.weights[0];
  expect(matrix && [...floatsOf(matrix)]).toEqual([1, 0, 0.5, 0.5, 0, 1, 0, 1]);
});

it('resizes a line, a volume and the channels', () => {
  expect(resize([1, 3, 7], { scales: [1, 1, 2] }, { mode: 'linear' }).layers.map(({ type }) => type)).toContain('Interp');
  expect(
    resize([1, 2, 3, 4, 5], { scales: [1, 1, 2, 2, 2] }, { mode: 'linear' }).layers.filter(({ type }) => type === 'Interp'),
  ).toHaveLength(2);
  expect(resize([1, 3, 4, 5], { sizes: [1, 6, 4, 5] }, { mode: 'linear' }).layers.map(({ type }) => type)).toContain('Interp');
});

it('adds no layer if nothing changes', () => {
  expect(() => resize([1, 3, 4, 5], { scales: [1, 1, 1, 1] }, {})).not.toThrow();
  expect(resize([1, 3, 4, 5], { scales: [1, 1, 1, 1] }, {}).layers.map(({ type }) => type)).not.toContain('Interp');
});

it('rejects a dynamic axis that Interp would resize differently', () => {
  expect(() =>
    resize([1, 3, 'H', 'W'], { scales: [1, 1, 2, 2] }, { mode: 'linear', coordinate_transformation_mode: 'asymmetric' }),
  ).toThrow(/no linear interpolation with asymmetric/);
});

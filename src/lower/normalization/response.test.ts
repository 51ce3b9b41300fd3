import { expect, it } from 'vitest';
import { float, makeNode } from '../../graph/ir/graph.ts';
import { floatsOf } from '../../net/weight.ts';
import { loweredParams, lowerNodes } from '../testing.ts';

it('uses LRN for an odd window', () => {
  const node = makeNode('LRN', ['x'], ['y'], { size: 3, alpha: float(0.5), beta: float(0.75), bias: float(2) });
  const { net } = lowerNodes({ x: [1, 4, 'H', 'W'] }, [node], ['y']);
  expect(net.layers[1]).toMatchObject({ type: 'LRN', params: { region_type: 0, local_size: 3, alpha: 0.5, beta: 0.75, bias: 2 } });
});

it('sums an even window by a band matrix, because ncnn starts it elsewhere', () => {
  const { net } = lowerNodes({ x: [1, 4, 2, 2] }, [makeNode('LRN', ['x'], ['y'], { size: 2 })], ['y']);
  const window = net.layers.find(({ type }) => type === 'MemoryData')?.weights[0];
  expect(net.layers.some(({ type }) => type === 'LRN')).toBe(false);
  expect(window && [...floatsOf(window)]).toEqual([1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 1]);
});

it('averages last axes with MVN', () => {
  const last = lowerNodes({ x: [1, 3, 4, 5] }, [makeNode('MeanVarianceNormalization', ['x'], ['y'])], ['y']);
  expect(last.net.layers.filter(({ type }) => type === 'MVN').map(loweredParams)).toEqual([
    { normalize_variance: 1, across_channels: 0, eps: 1e-9 },
  ]);
});

it('averages other axes with Reduction', () => {
  const outer = lowerNodes({ x: [2, 3, 4, 5] }, [makeNode('MeanVarianceNormalization', ['x'], ['y'])], ['y']);
  expect(outer.net.layers.filter(({ type }) => type === 'Reduction')).toHaveLength(4);
});

it('lowers the L2 norm along the outermost or innermost axis to Normalize', () => {
  const params = (axis: number): object | undefined =>
    loweredParams(
      lowerNodes({ x: [1, 3, 4, 5] }, [makeNode('LpNormalization', ['x'], ['y'], { axis })], ['y']).net.layers.find(
        ({ type }) => type === 'Normalize',
      ),
    );
  expect(params(1)).toMatchObject({ across_spatial: 0, across_channel: 1, eps_mode: 1 });
  expect(params(3)).toMatchObject({ across_spatial: 1, across_channel: 0, eps_mode: 1 });
  expect(params(2)).toBeUndefined();
});

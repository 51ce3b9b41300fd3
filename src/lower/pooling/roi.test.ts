import { describe, expect, it } from 'vitest';
import { type AttributeLiteral, makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { graphOf } from '../../graph/ir/testing.ts';
import { evaluateNode } from '../../graph/ops/testing.ts';
import { inferAndFold } from '../../graph/stages/infer.ts';
import { execute } from '../../net/execute.ts';
import type { Layer } from '../../net/net.ts';
import { lower } from '../lower.ts';
import { lowerNodes } from '../testing.ts';

type Attributes = Readonly<Record<string, AttributeLiteral>>;

const features = [1, 2, 9, 11];
const values = Float32Array.from({ length: 2 * 9 * 11 }, (_, index) => Math.sin(index * 7.3) - 2);

function layersOf({ layers }: { readonly layers: readonly Layer[] }): readonly string[] {
  return layers.filter(({ type }) => type !== 'Input').map(({ type }) => type);
}

const constantRegions = (...corners: number[]) => ({ r: Tensor.float32([0, ...corners], [1, 5]) });
const maxRoiPool = makeNode('MaxRoiPool', ['x', 'r'], ['y'], { pooled_shape: [2, 2] });

describe('MaxRoiPool', () => {
  it('crops constant regions whose cells match an adaptive pooling', () => {
    const { net } = lowerNodes({ x: features }, [maxRoiPool], ['y'], constantRegions(1, 2, 4, 5));
    expect(layersOf(net)).toEqual(['Crop', 'Pooling']);
    expect(net.layers.find(({ type }) => type === 'Crop')).toMatchObject({ params: { starts: [2, 1], ends: [6, 5], axes: [1, 2] } });
  });

  it.each([
    ['whole cells', [0, 1, 1, 7, 6], { pooled_shape: [3, 7] }],
    ['overlapping cells', [0, 0, 2, 4, 8], { pooled_shape: [2, 3] }],
    ['a scale whose halves are rounded', [0, 1, 3, 10, 13], { pooled_shape: [2, 2], spatial_scale: 0.5 }],
    ['regions beyond the features', [0, 6, 5, 15, 12], { pooled_shape: [4, 3] }],
    ['regions before the features', [0, -5, -3, 3, 4], { pooled_shape: [3, 3] }],
    ['cells without a pixel', [0, 20, 20, 30, 30], { pooled_shape: [2, 2] }],
    ['one cell', [0, 2, 2, 2, 2], { pooled_shape: [1, 1] }],
  ] as const)('computes dynamic regions like the operator: %s', (_, region, attributes) => {
    const rows = [...region, 0, 3, 1, 8, 7];
    const node = makeNode('MaxRoiPool', ['x', 'r'], ['y'], attributes as Attributes);
    const [expected] = evaluateNode(
      'MaxRoiPool',
      [Tensor.of('float32', features, values), Tensor.float32(rows, [2, 5])],
      attributes as Attributes,
    );
    const { net } = lowerNodes({ x: features, r: [2, 5] }, [node], ['y']);
    const feeds = new Map([
      ['x', { shape: features.slice(1), values }],
      ['r', { shape: [2, 5], values: Float32Array.from(rows) }],
    ]);
    expect([...(execute(net, feeds).get('y')?.values ?? [])].map((value) => value + 0)).toEqual([...(expected?.toFloat32() ?? [])]);
  });

  it('advises where to cut for a dynamic or large number of regions', () => {
    expect(() => lowerNodes({ x: features, r: ['n', 5] }, [maxRoiPool], ['y'])).toThrow('number of regions is unknown');
    expect(() => lowerNodes({ x: features, r: [300, 5] }, [maxRoiPool], ['y'])).toThrow('300 regions would take as many layers');
  });
});

describe('RoiAlign', () => {
  const attributes = { output_height: 2, output_width: 3, sampling_ratio: 2, spatial_scale: 0.5 };
  const roiAlign = makeNode('RoiAlign', ['x', 'r', 'images'], ['y'], attributes as Attributes);
  const images = { images: Tensor.int64([0, 0]) };

  it('has a layer for each dynamic region and warns that processors may differ', () => {
    const rows = [1, 2, 13, 15, 3, 1, 9, 8];
    const { net } = lowerNodes({ x: features, r: [2, 4] }, [roiAlign], ['y'], images);
    expect(layersOf(net).filter((type) => type === 'ROIAlign')).toHaveLength(2);
    const [expected] = evaluateNode(
      'RoiAlign',
      [Tensor.of('float32', features, values), Tensor.float32(rows, [2, 4]), images.images],
      attributes as Attributes,
    );
    const feeds = new Map([
      ['x', { shape: features.slice(1), values }],
      ['r', { shape: [2, 4], values: Float32Array.from(rows) }],
    ]);
    const actual = execute(net, feeds).get('y')?.values ?? [];
    for (const [index, value] of (expected?.toFloat32() ?? []).entries()) expect(actual[index]).toBeCloseTo(value, 4);
    const { graph } = inferAndFold(graphOf({ x: features, r: [2, 4] }, [roiAlign], ['y'], images));
    expect(lower(graph).diagnostics).toMatchObject([{ code: 'arithmetic-differs', place: { operator: 'RoiAlign' } }]);
  });
});

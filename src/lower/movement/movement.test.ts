import { describe, expect, it } from 'vitest';
import type { Shape } from '../../graph/ir/dimension.ts';
import { type AttributeLiteral, makeNode } from '../../graph/ir/graph.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import type { Net } from '../../net/net.ts';
import { lowerNodes } from '../testing.ts';

const int = (...values: number[]) => Tensor.int64(values);

function lowered(
  shape: Shape,
  operator: string,
  constants: Record<string, Tensor> = {},
  attributes: Record<string, AttributeLiteral> = {},
): Net {
  return lowerNodes({ x: shape }, [makeNode(operator, ['x', ...Object.keys(constants)], ['y'], attributes)], ['y'], constants).net;
}

/** Layers after the inputs, with their parameters and the shape of the top. */
function layersOf(net: Net): readonly (readonly [string, object, Shape | undefined])[] {
  return net.layers
    .filter((layer) => layer.type !== 'Input')
    .map((layer) => [layer.type, 'params' in layer ? layer.params : {}, net.shapes.get(layer.tops[0] ?? '')]);
}

it('adds no layer for a reshape, only a view for the caller', () => {
  const nodes = [makeNode('Flatten', ['x'], ['f']), makeNode('Neg', ['f'], ['n']), makeNode('Reshape', ['n', 's'], ['y'])];
  const { net } = lowerNodes({ x: [1, 2, 3, 4] }, nodes, ['y'], { s: int(1, 2, 3, 4) });
  expect(net.layers.map((layer) => layer.type)).toEqual(['Input', 'UnaryOp']);
});

it('permutes the blob in its stored shape', () => {
  expect(layersOf(lowered([1, 2, 3, 4], 'Transpose', {}, { perm: [0, 2, 3, 1] }))).toEqual([['Permute', { order_type: 3 }, [3, 4, 2]]]);
});

it('shuffles image channels in one layer without views that show the groups', () => {
  const nodes = [
    makeNode('Reshape', ['x', 'apart'], ['a']),
    makeNode('Transpose', ['a'], ['t'], { perm: [0, 2, 1, 3, 4] }),
    makeNode('Reshape', ['t', 'whole'], ['y']),
  ];
  const { net } = lowerNodes({ x: [1, 6, 4, 5] }, nodes, ['y'], { apart: int(1, 3, 2, 4, 5), whole: int(1, 6, 4, 5) });
  expect(layersOf(net)).toEqual([['ShuffleChannel', { group: 3 }, [6, 4, 5]]]);
});

it('adds no layer for an order that moves no data', () => {
  expect(layersOf(lowered([1, 2, 1, 4], 'Transpose', {}, { perm: [2, 1, 0, 3] }))).toEqual([]);
});

it('merges adjacent axes to permute six axes as four', () => {
  const net = lowered([2, 3, 4, 5, 6, 7], 'Transpose', {}, { perm: [0, 1, 3, 2, 4, 5] });
  expect(net.layers.filter((layer) => layer.type === 'Permute')).toHaveLength(1);
});

it('permutes five axes in two steps', () => {
  const net = lowered([2, 3, 4, 5, 6], 'Transpose', {}, { perm: [4, 3, 2, 1, 0] });
  expect(net.layers.filter((layer) => layer.type === 'Permute').length).toBeGreaterThan(1);
});

it('lowers strided slices of two axes to one Crop of one view, as in YOLOv5', () => {
  const constants = { start: int(0, 1), end: int(8, 8), axes: int(2, 3), steps: int(2, 2) };
  expect(layersOf(lowered([1, 3, 8, 8], 'Slice', constants))).toEqual([
    ['Reshape', { w: 2, h: 4, d: 2, c: 12 }, [12, 2, 4, 2]],
    ['Crop', { starts: [0, 1], ends: [1, 2], axes: [1, 3] }, [12, 1, 4, 1]],
    ['Reshape', { w: 4, h: 4, c: 3 }, [3, 4, 4]],
  ]);
});

describe('slices of a dynamic axis', () => {
  const slice = (start: number, end: number, step = 1, shape: readonly (number | string)[] = [1, 3, 'T']) =>
    layersOf(lowered(shape, 'Slice', { start: int(start), end: int(end), axes: int(2), steps: int(step) }));
  const end = 2 ** 31;

  it('become a Crop', () => {
    expect(slice(2, end)).toEqual([['Crop', { starts: [2], ends: [-233], axes: [1] }, [3, '(T-2)']]]);
    expect(slice(0, -1)).toEqual([['Crop', { starts: [0], ends: [-1], axes: [1] }, [3, '(T-1)']]]);
  });

  it('from the end become a Crop of the flipped axis', () => {
    expect(slice(-5, end)).toEqual([
      ['Flip', { axes: [1] }, [3, 'T']],
      ['Crop', { starts: [0], ends: [5], axes: [1] }, [3, '(min(T,5))']],
      ['Flip', { axes: [1] }, [3, '(min(T,5))']],
    ]);
    expect(slice(-2, -end, -1)[1]?.[1]).toMatchObject({ starts: [1], ends: [-233] });
    expect(slice(-1, 0, -1)[1]?.[1]).toMatchObject({ starts: [0], ends: [-1] });
  });

  it('with a step become a Pooling over single elements', () => {
    const pooling = { pooling_type: 0, kernel_w: 1, kernel_h: 1, stride_w: 1, stride_h: 2, pad_mode: 1 };
    expect(slice(0, end, 2, [1, 3, 'T', 4])).toEqual([['Pooling', pooling, [3, expect.any(String), 4]]]);
    expect(slice(1, end, 2, [1, 3, 'T', 4]).map(([type]) => type)).toEqual(['Crop', 'Pooling']);
    expect(slice(-1, -end, -3, [1, 3, 'T', 4]).map(([type]) => type)).toEqual(['Flip', 'Pooling']);
  });

  it('are rejected when ncnn has another meaning', () => {
    expect(() => slice(0, -233)).toThrow('axis 2 has the dynamic size T, and ncnn cannot take [0:-233] of it for every size');
    expect(() => slice(-5, end, 2)).toThrow('cannot take [-5::2]');
  });
});

it('crops a table to a dynamic length taken from the blob that has it', () => {
  const nodes = [
    makeNode('Shape', ['x'], ['t'], { start: 1, end: 2 }),
    makeNode('Slice', ['table', 'zero', 't', 'one'], ['cut']),
    makeNode('Add', ['x', 'cut'], ['y']),
  ];
  const constants = { table: Tensor.of('float32', [1, 9, 4], new Float32Array(36)), zero: int(0), one: int(1) };
  const { net } = lowerNodes({ x: [1, 'T', 4] }, nodes, ['y'], constants);
  expect(layersOf(net)[1]).toEqual(['Crop', { starts_expr: '0', ends_expr: '1h', axes_expr: '0' }, ['(min(9,T))', 4]]);
});

it('lowers a negative step to Flip', () => {
  const constants = { start: int(-1), end: int(-1000), axes: int(1), steps: int(-1) };
  expect(layersOf(lowered([1, 3, 4, 5], 'Slice', constants))).toEqual([['Flip', { axes: [0] }, [3, 4, 5]]]);
});

it('pads the plane in the stored shape of the blob', () => {
  expect(layersOf(lowered([1, 3, 4, 5], 'Pad', { pads: int(0, 0, 1, 2, 0, 0, 3, 4) }, { mode: 'reflect' }))).toEqual([
    ['Padding', { top: 1, bottom: 3, left: 2, right: 4, type: 2, value: 0 }, [3, 8, 11]],
  ]);
});

it('avoids channel padding of four axes, which the layer ignores', () => {
  const types = layersOf(lowered([2, 3, 4, 5], 'Pad', { pads: int(1, 1, 1, 1, 1, 1, 1, 1) }));
  expect(types.filter((layer) => Array.isArray(layer) && layer[0] === 'Padding')).toHaveLength(2);
});

it('wraps by gathering entries', () => {
  const typesOf = (net: Net) => net.layers.map((layer) => layer.type).filter((type) => type !== 'Reshape');
  expect(typesOf(lowered([1, 3, 4], 'Pad', { pads: int(0, 0, 1, 0, 0, 1) }, { mode: 'wrap' }))).toEqual([
    'Input',
    'Crop',
    'Crop',
    'Concat',
  ]);
});

it('pads infinity by Concat', () => {
  const typesOf = (net: Net) => net.layers.map((layer) => layer.type).filter((type) => type !== 'Reshape');
  const infinite = { pads: int(0, 0, 1, 0, 0, 0), value: Tensor.float32([Number.NEGATIVE_INFINITY]) };
  expect(typesOf(lowered([1, 3, 4], 'Pad', infinite))).toEqual(['Input', 'MemoryData', 'Concat']);
});

it('repeats along one or several axes', () => {
  expect(layersOf(lowered([1, 3, 4, 5], 'Tile', { repeats: int(1, 2, 1, 1) }))).toEqual([['Tile', { axis: 0, tiles: 2 }, [6, 4, 5]]]);
  expect(layersOf(lowered([1, 3, 4, 5], 'Tile', { repeats: int(1, 2, 1, 3) }))).toEqual([['Tile', { repeats: [2, 1, 3] }, [6, 4, 15]]]);
});

it('expands adjacent axes of size 1 as one', () => {
  const net = lowered([1, 3, 1, 1], 'Expand', { shape: int(1, 3, 4, 5) });
  expect(net.layers.filter((layer) => layer.type === 'Tile').map((layer) => layer.params)).toEqual([{ axis: 2, tiles: 20 }]);
});

it('shuffles pixels in channel or block order', () => {
  const mode = (name: string) => layersOf(lowered([1, 8, 2, 3], 'DepthToSpace', {}, { blocksize: 2, mode: name }));
  expect(mode('CRD')).toEqual([['PixelShuffle', { upscale_factor: 2, mode: 0 }, [2, 4, 6]]]);
  expect(mode('DCR')).toEqual([['PixelShuffle', { upscale_factor: 2, mode: 1 }, [2, 4, 6]]]);
  expect(layersOf(lowered([1, 2, 4, 6], 'SpaceToDepth', {}, { blocksize: 2 }))).toEqual([['Reorg', { stride: 2, mode: 1 }, [8, 2, 3]]]);
});

it('lowers Split with its sizes and omits empty parts', () => {
  const node = makeNode('Split', ['x', 'sizes'], ['a', 'b', 'c'], { axis: 1 });
  const { net } = lowerNodes({ x: [1, 6, 4] }, [node], ['a', 'c'], { sizes: int(2, 0, 4) });
  expect(layersOf(net)).toEqual([['Slice', { slices: [2, 4], axis: 0 }, [2, 4]]]);
});

it('concatenates operands in the most common view', () => {
  const nodes = [makeNode('Concat', ['x', 'z'], ['y'], { axis: 1 })];
  const { net } = lowerNodes({ x: [1, 2, 4, 4], z: [1, 3, 4, 4] }, nodes, ['y']);
  expect(layersOf(net)).toEqual([['Concat', { axis: 0 }, [5, 4, 4]]]);
});

it('stacks blobs as they are, with one Reshape of the result', () => {
  const axes = { axes: Tensor.int64([1]) };
  const nodes = [
    makeNode('Unsqueeze', ['x', 'axes'], ['a']),
    makeNode('Unsqueeze', ['z', 'axes'], ['b']),
    makeNode('Concat', ['a', 'b'], ['y'], { axis: 1 }),
  ];
  const { net } = lowerNodes({ x: [1, 3, 4, 5], z: [1, 3, 4, 5] }, nodes, ['y'], axes);
  expect(layersOf(net)).toEqual([
    ['Concat', { axis: 0 }, [6, 4, 5]],
    ['Reshape', { w: 5, h: 4, d: 3, c: 2 }, [2, 3, 4, 5]],
  ]);
  const { net: free } = lowerNodes({ x: [1, 'n'], z: [1, 'n'] }, nodes, ['y'], axes);
  expect(layersOf(free).map(([type]) => type)).toEqual(['Reshape', 'Reshape', 'Concat']);
});

it('gathers scattered entries by one Slice and one Concat', () => {
  const net = lowered([1, 9, 4], 'Gather', { indices: int(7, 0, 3, 5, 3) }, { axis: 1 });
  expect(net.layers.map((layer) => [layer.type, layer.bottoms.length, layer.tops.length])).toEqual([
    ['Input', 0, 1],
    ['Slice', 1, 8],
    ['Concat', 5, 1],
  ]);
});

it('gathers dynamic entries at dynamic indices without products', () => {
  const { net } = lowerNodes({ x: [4, 3], i: [2] }, [makeNode('Gather', ['x', 'i'], ['y'])], ['y']);
  const types = net.layers.map((layer) => layer.type);
  expect(types).toContain('Pooling');
  expect(types).not.toContain('MatMul');
});

it('rejects too many comparisons', () => {
  const nodes = [makeNode('Gather', ['x', 'i'], ['y'])];
  expect(() => lowerNodes({ x: [4096, 4096], i: [2] }, nodes, ['y'])).toThrow('needs too large a comparison');
});

it('pads with a dynamic value by Concat', () => {
  const node = makeNode('Pad', ['x', 'pads', 'v'], ['y']);
  const { net } = lowerNodes({ x: [3, 4], v: [] }, [node], ['y'], { pads: int(0, 1, 0, 0) });
  expect(net.layers.map((layer) => layer.type)).toEqual(['Input', 'Input', 'Tile', 'Reshape', 'Concat']);
});

it('tracks sizes of dynamic axes without computing them', () => {
  const nodes = [
    makeNode('Shape', ['x'], ['s'], { start: 2 }),
    makeNode('Concat', ['front', 's'], ['target'], { axis: 0 }),
    makeNode('Reshape', ['x', 'target'], ['split']),
    makeNode('Softmax', ['split'], ['t'], { axis: 2 }),
    makeNode('Shape', ['x'], ['whole']),
    makeNode('Reshape', ['t', 'whole'], ['y']),
  ];
  const { net } = lowerNodes({ x: [1, 6, 'H', 'W'] }, nodes, ['y'], { front: int(1, 2, 3) });
  expect(layersOf(net)).toEqual([
    ['Reshape', { w: 0, h: 0, d: 3, c: 2 }, [2, 3, 'H', 'W']],
    ['Softmax', { axis: 1, fixbug0: 1 }, [2, 3, 'H', 'W']],
    ['Reshape', { w: 0, h: 0, c: 6 }, [6, 'H', 'W']],
  ]);
});

it('rejects arithmetic on sizes of dynamic axes', () => {
  const nodes = [makeNode('Size', ['x'], ['n']), makeNode('Cast', ['n'], ['f'], { to: 1 }), makeNode('Mul', ['x', 'f'], ['y'])];
  expect(() => lowerNodes({ x: [1, 'T'] }, nodes, ['y'])).toThrow('"f" is computed from the sizes of dynamic axes');
});

it('pads the outermost of several dynamic axes as rows of a view', () => {
  const constants = { i: int(2, 0) };
  const { net } = lowerNodes({ x: [3, 'H', 'W', 8] }, [makeNode('Gather', ['x', 'i'], ['y'], { axis: 0 })], ['y'], constants);
  const padding = net.layers.find(({ type }) => type === 'Padding');
  expect(padding && net.shapes.get(padding.bottoms[0] ?? '')).toEqual([1, 3, '8*H*W']);
});

it('unfolds an image with one Unfold, with samples as channels', () => {
  const layers = layersOf(lowered([2, 3, 5, 6], 'ncnn:Im2Col', {}, { kernel_shape: [3, 2], strides: [1, 2], pads: [1, 0, 1, 0] }));
  expect(layers[1]).toEqual(['Unfold', expect.objectContaining({ kernel_h: 3, kernel_w: 2, stride_w: 2, pad_top: 1 }), [36, 15]]);
});

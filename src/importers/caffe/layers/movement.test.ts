import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

const image = ramp(1, 4, 3, 5);

/** The values of a result whose element at each position comes from a position of a bottom. */
function gathered(source: PrototxtValues, shape: readonly number[], from: (place: readonly number[]) => readonly number[]): PrototxtValues {
  const size = shape.reduce((product, axis) => product * axis, 1);
  const values = Array.from({ length: size }, (_, index) => {
    let remaining = index;
    const place = shape.map((_, axis) => {
      const stride = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
      const at = Math.floor(remaining / stride);
      remaining %= stride;
      return at;
    });
    return source.values[from(place).reduce((offset, at, axis) => offset * (source.shape[axis] ?? 1) + at, 0)] ?? Number.NaN;
  });
  return { shape, values };
}

describe('Permute', () => {
  it.each([[[0, 2, 3, 1]], [[0, 1, 3, 2]], [[0, 3, 2, 1]]])('permutes the axes to %j', (order) => {
    const [out] = computeLayer('Permute', `permute_param { ${order.map((axis) => `order: ${axis}`).join(' ')} }`, [image]);
    const shape = order.map((axis) => image.shape[axis] ?? 1);
    expect(out).toEqual(gathered(image, shape, (place) => [0, 1, 2, 3].map((axis) => place[order.indexOf(axis)] ?? 0)));
  });
});

describe('Crop', () => {
  it('crops at offsets to the size of the second bottom', () => {
    const [out] = computeLayer('Crop', 'crop_param { axis: 2 offset: 1 offset: 2 }', [image, ramp(1, 4, 2, 3)]);
    expect(out).toEqual(gathered(image, [1, 4, 2, 3], ([n = 0, c = 0, y = 0, x = 0]) => [n, c, y + 1, x + 2]));
  });

  it('rejects offsets out of bounds', () => {
    expect(errorsOf(() => computeLayer('Crop', 'crop_param { axis: 2 offset: 2 }', [image, ramp(1, 4, 2, 3)]))).toHaveLength(1);
  });
});

describe('Slice and Concat', () => {
  it('split channels at points and join them again', () => {
    const parts = computeLayer('Slice', 'slice_param { slice_point: 1 slice_point: 3 }', [image], [], ['a', 'b', 'c']);
    expect(parts.map(({ shape }) => shape[1])).toEqual([1, 2, 1]);
    expect(parts.flatMap(({ values }) => values)).toEqual(image.values);
    expect(computeLayer('Concat', '', parts)[0]).toEqual(image);
  });

  it('reject parts that do not divide evenly', () => {
    expect(errorsOf(() => computeLayer('Slice', 'slice_param { axis: 2 }', [image], [], ['a', 'b']))).toHaveLength(1);
  });
});

describe('Reshape and Flatten', () => {
  it.each([
    ['Reshape', 'reshape_param { shape { dim: 0 dim: -1 dim: 5 } }', [1, 12, 5]],
    ['Reshape', 'reshape_param { shape { dim: 2 dim: 2 } axis: 1 num_axes: 1 }', [1, 2, 2, 3, 5]],
    ['Flatten', '', [1, 60]],
    ['Flatten', 'flatten_param { axis: 2 }', [1, 4, 15]],
  ])('%s %s', (type, param, shape) => {
    expect(computeLayer(type, param, [image])[0]).toEqual({ shape, values: image.values });
  });

  it('reject a shape of another size', () => {
    expect(errorsOf(() => computeLayer('Reshape', 'reshape_param { shape { dim: 0 dim: 7 } }', [image]))).toHaveLength(1);
  });
});

describe('Tile, ShuffleChannel and Reorg', () => {
  it('repeat along an axis', () => {
    const [out] = computeLayer('Tile', 'tile_param { axis: 1 tiles: 2 }', [image]);
    expect(out).toEqual(gathered(image, [1, 8, 3, 5], ([n = 0, c = 0, y = 0, x = 0]) => [n, c % 4, y, x]));
  });

  it('shuffle the channels of groups', () => {
    const [out] = computeLayer('ShuffleChannel', 'shuffle_channel_param { group: 2 }', [image]);
    expect(out).toEqual(gathered(image, image.shape, ([n = 0, c = 0, y = 0, x = 0]) => [n, [0, 2, 1, 3][c] ?? 0, y, x]));
  });

  it('keep the scale of Dropout for nets that trained without one', () => {
    expect(computeLayer('Dropout', 'dropout_param { dropout_ratio: 0.4 }', [image])[0]).toEqual(image);
    const [scaled] = computeLayer('Dropout', 'dropout_param { dropout_ratio: 0.4 scale_train: false }', [image]);
    expect(scaled?.values[3]).toBeCloseTo(0.6 * (image.values[3] ?? 0), 6);
  });
});

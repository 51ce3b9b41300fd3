import { type SamplingMode, sampleAt } from '../../../kernels/gridSample.ts';
import { elementCount, type Shape } from '../../ir/dimension.ts';
import { checkShape, freeShape } from '../../ir/limits.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { resultSize } from '../rules/cost.ts';

/** Number of steps for each element around a sample. */
const stepsPerTap = 8;

/** Sampling at the coordinates of a grid, [N, …positions, axes], and the grid of an affine map. */
export const gridSampleOperators: OperatorFamily = {
  GridSample: {
    cost: (node, results) =>
      resultSize(results) * stepsPerTap * (samplingMode(node).mode === 'cubic' ? 4 : 2) ** Math.max(0, node.shape(0).length - 2),
    perSample: true,
    batch: (_node, axes) => (axes.every((axis) => axis === 0) ? 0 : undefined),
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const grid = node.input(1).shape;
      if (shape === undefined || grid === undefined) return [{ dtype, shape: undefined }];
      if (grid.length !== shape.length || shape.length < 3) {
        throw new OperatorError('invalid', `a grid of ${grid.length} axes does not fit an operand of ${shape.length}`);
      }
      return [{ dtype, shape: [...shape.slice(0, 2), ...grid.slice(1, -1)] }];
    },
    evaluate: (node, inputs) => {
      const [x, grid] = [present(inputs[0]), present(inputs[1])];
      const mode = samplingMode(node);
      const [samples = 1, channels = 1, ...sizes] = x.shape;
      const places = grid.shape.slice(1, -1);
      const [volume, count, axes] = [elementCount(sizes), elementCount(places), sizes.length];
      const values = x.toFloat64();
      const coordinates = grid.toFloat64();
      const result = Float64Array.from({ length: samples * channels * count }, (_, index) => {
        const channel = Math.floor(index / count);
        const start = (Math.floor(channel / channels) * count + (index % count)) * axes;
        return sampleAt(values, channel * volume, sizes, Array.from(coordinates.subarray(start, start + axes)), mode);
      });
      return [numericTensor(x.dtype, [samples, channels, ...places], result)];
    },
  },
  AffineGrid: {
    infer: (node) => {
      const { dtype } = node.input(0);
      const size = node.dimensions(1);
      if (size === undefined) {
        const rank = node.input(1).shape?.[0];
        if (typeof rank !== 'number') return [{ dtype, shape: undefined }];
        return [{ dtype, shape: [...freeShape(node, rank - 1), rank - 2] }];
      }
      return [{ dtype, shape: affineGridShape(size) }];
    },
    evaluate: (node, inputs) => {
      const theta = present(inputs[0]);
      const [samples = 1, , ...sizes] = present(inputs[1]).toIntegers();
      const axes = sizes.length;
      checkShape([samples, ...sizes, axes + 1]);
      const base = affineBase(sizes, node.int('align_corners', 0) === 1);
      const [places, matrix] = [elementCount(sizes), theta.toFloat64()];
      const result = Float64Array.from({ length: samples * places * axes }, (_, index) => {
        const row = Math.floor(index / axes);
        const place = (row % places) * (axes + 1);
        const coefficients = (Math.floor(row / places) * axes + (index % axes)) * (axes + 1);
        let sum = 0;
        for (let column = 0; column <= axes; column++) sum += (matrix[coefficients + column] ?? 0) * (base[place + column] ?? 0);
        return sum;
      });
      return [numericTensor(theta.dtype, [samples, ...sizes, axes], result)];
    },
  },
};

/** Shape of the grid for an image of the given size, [N, C, …]. */
function affineGridShape(size: Shape): Shape {
  if (size.length !== 4 && size.length !== 5) throw new OperatorError('invalid', `an image of ${size.length} axes has no affine grid`);
  return [size[0] ?? 1, ...size.slice(2), size.length - 2];
}

/** The identity grid in homogeneous coordinates, [positions, axes + 1]: innermost axis first, followed by 1. */
export function affineBase(sizes: readonly number[], alignCorners: boolean): Float64Array {
  const width = sizes.length + 1;
  const result = new Float64Array(elementCount(sizes) * width);
  for (let place = 0; place * width < result.length; place++) {
    let remaining = place;
    [...sizes].reverse().forEach((size, axis) => {
      const index = remaining % size;
      remaining = Math.floor(remaining / size);
      const aligned = size === 1 ? -1 : (2 * index) / (size - 1) - 1;
      result[place * width + axis] = alignCorners ? aligned : (2 * index + 1) / size - 1;
    });
    result[place * width + sizes.length] = 1;
  }
  return result;
}

/** The sampling mode of a GridSample; throws for unknown values. Before opset 20, `linear` was called `bilinear`. */
export function samplingMode(node: OperatorNode): SamplingMode {
  const modes: Readonly<Record<string, SamplingMode['mode']>> = {
    linear: 'linear',
    bilinear: 'linear',
    nearest: 'nearest',
    cubic: 'cubic',
    bicubic: 'cubic',
  };
  const mode = modes[node.string('mode', 'linear')];
  const padding = node.string('padding_mode', 'zeros');
  if (mode === undefined) throw new OperatorError('invalid', `the mode "${node.string('mode', '')}" is not defined`);
  if (padding !== 'zeros' && padding !== 'border' && padding !== 'reflection') {
    throw new OperatorError('invalid', `the padding "${padding}" is not defined`);
  }
  return { mode, padding, alignCorners: node.int('align_corners', 0) === 1 };
}

import { isStatic, product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { affineBase, samplingMode } from '../../graph/ops/image/gridSample.ts';
import type { SamplingMode } from '../../kernels/gridSample.ts';
import type { BlobShape } from '../../net/net.ts';
import { binary, unary, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import { permuted } from '../movement/transpose.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';

export const gridSampleLowerings: LoweringFamily = { GridSample: gridSample, AffineGrid: affineGrid };

const sampleTypes = { linear: 1, nearest: 2, cubic: 3 } as const;
const paddingModes = { zeros: 1, border: 2, reflection: 3 } as const;

/**
 * GridSample over images with two or three axes. The grid is adjusted for two differences: ncnn reflects only once, and it rounds halves
 * up, while ONNX rounds them to even.
 */
function gridSample(node: LoweringNode): void {
  const image = node.sampleShape(0);
  const places = node.sampleShape(1);
  const mode = samplingMode(node);
  const axes = image.length - 1;
  const channels = image[0] ?? 1;
  if (axes === 1) {
    sampleLine(node, image, places, mode);
    return;
  }
  if (axes > 3) throw new OperatorError('unsupported', `ncnn samples images of two or three axes, not ${axes}`);
  if (axes === 3 && mode.mode === 'cubic') throw new OperatorError('unsupported', 'ncnn has no cubic sampling of three axes');
  const grid = prepared(node, node.blob(1, places), image.slice(1), mode);
  // After reflection the border mode only handles coordinates between an edge and the nearest pixel center.
  const padding = mode.padding === 'reflection' && mode.mode !== 'cubic' ? 'border' : mode.padding;
  const isSafe = isSafeRowByRow(places);
  const params = {
    sample_type: sampleTypes[mode.mode],
    padding_mode: paddingModes[padding],
    align_corner: mode.alignCorners ? 1 : 0,
    permute_fusion: isSafe ? 0 : 1,
  };
  const coordinates = isSafe ? grid : coordinatesFirst(node, grid);
  node.define(0, node.layer('GridSample', [node.blob(0, image), coordinates], params, [channels, ...places.slice(0, -1)]));
}

/** The grid with its innermost axis, the coordinates, outermost. */
function coordinatesFirst(node: LoweringNode, grid: DraftBlob): DraftBlob {
  const { shape } = grid;
  const order = [shape.length - 1, ...shape.slice(0, -1).keys()];
  return node.view(permuted(node, { blob: grid, shape }, order).blob, [shape.at(-1) ?? 1, ...shape.slice(0, -1)]);
}

/**
 * Whether ncnn can read a grid whose coordinates are innermost. Except on x86, it allocates as many planes for the coordinates as the grid has
 * channels, and writes out of bounds if there are fewer channels than coordinates.
 */
function isSafeRowByRow(places: BlobShape): boolean {
  const [channels = 1] = places;
  return typeof channels === 'number' && channels >= places.length - 1;
}

/** A 1-D signal is an image of one row, sampled at its center. */
function sampleLine(node: LoweringNode, image: BlobShape, places: BlobShape, mode: SamplingMode): void {
  const [channels = 1, width = 1] = image;
  const count = places[0] ?? 1;
  if (typeof count === 'string') throw new OperatorError('shape', 'the number of sample positions is dynamic');
  const x = prepared(node, node.blob(1, [1, 1, count]), [width], mode);
  const grid = node.layer('Concat', [x, node.filled(0, [1, 1, count], 'row')], { axis: 0 }, [2, 1, count]);
  const padding = mode.padding === 'reflection' && mode.mode !== 'cubic' ? 'border' : mode.padding;
  const params = {
    sample_type: sampleTypes[mode.mode],
    padding_mode: paddingModes[padding],
    align_corner: mode.alignCorners ? 1 : 0,
    permute_fusion: 1,
  };
  node.define(0, node.layer('GridSample', [node.blob(0, [channels, 1, width]), grid], params, [channels, 1, count]));
}

/** The grid adjusted so that ncnn samples where ONNX does. `sizes` are the sizes of the image, outermost first. */
function prepared(node: LoweringNode, grid: DraftBlob, sizes: BlobShape, mode: SamplingMode): DraftBlob {
  const place = mode.mode === 'nearest' ? rounded(node, grid, sizes, mode.alignCorners) : grid;
  return mode.padding === 'reflection' ? reflect(node, place) : place;
}

/** `1 - |t - 2|` with `t = (x + 1) mod 4`: folds the coordinate into [-1, 1], where ONNX reflects for both alignments. */
function reflect(node: LoweringNode, grid: DraftBlob): DraftBlob {
  const shifted = withScalar(node, 'ADD', grid, 1);
  const periods = unary(node, 'FLOOR', withScalar(node, 'MUL', shifted, 0.25));
  const within = binary(node, 'SUB', shifted, withScalar(node, 'MUL', periods, 4));
  return withScalar(node, 'RSUB', unary(node, 'ABS', withScalar(node, 'SUB', within, 2)), 1);
}

/** Moves coordinates to the center of the element that they round to. */
function rounded(node: LoweringNode, grid: DraftBlob, sizes: BlobShape, alignCorners: boolean): DraftBlob {
  if (!isStatic(sizes)) {
    throw new OperatorError('shape', `the image to sample is [${sizes.join(',')}], but the grid needs its sizes`);
  }
  const innermost = [...sizes].reverse();
  const along = grid.shape.map((_, axis) => (axis === grid.shape.length - 1 ? sizes.length : 1));
  const constant = (key: string, value: (size: number) => number): DraftBlob =>
    node.constantBlob(Float32Array.from(innermost, value), along, key);
  // With aligned corners an axis of one element has length 0: every coordinate is its center.
  const length = (size: number): number => (alignCorners ? size - 1 : size);
  const scaled = binary(
    node,
    'MUL',
    withScalar(node, 'ADD', grid, 1),
    constant('half', (size) => length(size) / 2),
  );
  const place = unary(node, 'ROUND', alignCorners ? scaled : withScalar(node, 'SUB', scaled, 0.5));
  const back = binary(
    node,
    'MUL',
    alignCorners ? place : withScalar(node, 'ADD', place, 0.5),
    constant('step', (size) => 2 / (length(size) || 1)),
  );
  return withScalar(node, 'SUB', back, 1);
}

/** Multiplies the grid of the identity, a constant, by the matrix of each sample. */
function affineGrid(node: LoweringNode): void {
  // If the size is dynamic, the model may still declare the shape of the grid.
  const grown = node.outputShape();
  if (!isStatic(grown)) node.constantIntegers(1);
  const [samples = 1, ...sizes] = grown.slice(0, -1).map(Number);
  const axes = sizes.length;
  const places = Number(product(sizes));
  const base = Float32Array.from(affineBase(sizes, node.int('align_corners', 0) === 1));
  const grid = node.constantBlob(base, [places, axes + 1], 'grid');
  if (samples === 1) {
    node.define(0, node.layer('MatMul', [grid, node.blob(0, [axes, axes + 1])], { transB: 1 }, [places, axes]));
    return;
  }
  const theta = node.blob(0, [samples, axes, axes + 1]);
  node.define(0, node.layer('MatMul', [grid, theta], { transB: 1 }, [samples, places, axes]));
}

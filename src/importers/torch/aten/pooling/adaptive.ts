import { checkList } from '../../../../graph/ir/limits.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { Tensor } from '../../../../graph/ir/tensor.ts';
import type { TorchValue } from '../../values/value.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { batched } from './pooling.ts';

/** Poolings to a given size: cell `i` of `n` is over `floor(i · size / n)` to before `ceil((i + 1) · size / n)`. */
export const adaptivePoolingFamily: AtenFamily = [
  atenOperator('adaptive_avg_pool1d(Tensor self, int[1] output_size) -> Tensor', (call) => adaptive(call, 1, averageKind)),
  atenOperator('adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor', (call) => adaptive(call, 2, averageKind)),
  atenOperator('_adaptive_avg_pool2d(Tensor self, SymInt[2] output_size) -> Tensor', (call) => adaptive(call, 2, averageKind)),
  atenOperator('adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor', (call) => adaptive(call, 3, averageKind)),
  atenOperator('_adaptive_avg_pool3d(Tensor self, SymInt[3] output_size) -> Tensor', (call) => adaptive(call, 3, averageKind)),
  atenOperator('adaptive_max_pool1d(Tensor self, int[1] output_size) -> (Tensor, Tensor)', (call) => [
    adaptive(call, 1, maxKind),
    placesUnknown(call),
  ]),
  atenOperator('adaptive_max_pool2d(Tensor self, int[2] output_size) -> (Tensor, Tensor)', (call) => [
    adaptive(call, 2, maxKind),
    placesUnknown(call),
  ]),
  atenOperator('adaptive_max_pool3d(Tensor self, int[3] output_size) -> (Tensor, Tensor)', (call) => [
    adaptive(call, 3, maxKind),
    placesUnknown(call),
  ]),
];

interface PoolKind {
  readonly global: string;
  readonly windows: string;
  /** One axis pooled to cells of several sizes. */
  readonly axis: (call: AtenCall, value: string, axis: number, cells: number) => string;
}

const averageKind: PoolKind = { global: 'GlobalAveragePool', windows: 'AveragePool', axis: averageAxis };
const maxKind: PoolKind = { global: 'GlobalMaxPool', windows: 'MaxPool', axis: maxAxis };

function adaptive(call: AtenCall, rank: number, kind: PoolKind): string {
  const given = outputSizes(call, rank);
  const [result = ''] = batched(call, rank, (value) => {
    if (given.every((cells) => cells === 1)) return [call.emit(kind.global, [value])];
    const sizes = call.shapeOf(value).slice(2);
    const cells = given.map((count, axis) => count ?? call.sizeOfAxis(value, axis + 2));
    if (given.every((count, axis) => count === undefined || count === sizes[axis])) return [value];
    const known = sizes.map((_, axis) => call.sizeOfAxis(value, axis + 2));
    if (known.every((size, axis) => size % (cells[axis] ?? 1) === 0)) {
      const kernel = known.map((size, axis) => size / (cells[axis] ?? 1));
      return [call.emit(kind.windows, [value], { kernel_shape: kernel, strides: kernel })];
    }
    return [cells.reduce((pooled, count, axis) => (known[axis] === count ? pooled : kind.axis(call, pooled, axis + 2, count)), value)];
  });
  return result;
}

/** The sizes asked for; None keeps the size of an axis. */
function outputSizes(call: AtenCall, rank: number): readonly (number | undefined)[] {
  const value = call.argument('output_size');
  const elements = value.kind === 'list' || value.kind === 'tuple' ? value.elements : [];
  if (elements.some(({ kind }) => kind === 'none')) {
    return elements.map((element) => (element.kind === 'int' ? Number(element.value) : undefined));
  }
  const sizes = call.ints('output_size', rank);
  const odd = sizes.find((size) => size < 1);
  if (odd !== undefined) throw new OperatorError('unsupported', `an output of the size ${odd} is not supported`);
  return sizes;
}

/** The bounds of the cells of an axis. */
function cellBounds(size: number, cells: number): readonly (readonly [number, number])[] {
  checkList(cells * size);
  return Array.from({ length: cells }, (_, cell) => [Math.floor((cell * size) / cells), Math.ceil(((cell + 1) * size) / cells)] as const);
}

/** Means of cells as a product with a matrix. */
function averageAxis(call: AtenCall, value: string, axis: number, cells: number): string {
  const size = call.sizeOfAxis(value, axis);
  const weights = new Float32Array(size * cells);
  for (const [cell, [start, end]] of cellBounds(size, cells).entries()) {
    for (let place = start; place < end; place++) weights[place * cells + cell] = 1 / (end - start);
  }
  const last = call.rankOf(value) - 1;
  const swap = Array.from({ length: last + 1 }, (_, place) => (place === axis ? last : place === last ? axis : place));
  const matrix = call.cast(call.constant(Tensor.of('float32', [size, cells], weights)), call.dtypeOf(value));
  return call.transpose(call.emit('MatMul', [call.transpose(value, swap), matrix]), swap);
}

function maxAxis(call: AtenCall, value: string, axis: number, cells: number): string {
  const bounds = cellBounds(call.sizeOfAxis(value, axis), cells);
  const parts = bounds.map(([start, end]) =>
    call.emit('ReduceMax', [call.slice(value, axis, start, end), call.integers([axis])], { keepdims: 1 }),
  );
  return call.emit('Concat', parts, { axis });
}

/** Where the largest elements were, which programs mostly do not read. */
function placesUnknown(call: AtenCall): TorchValue {
  return call.unavailable('the places of the largest elements of an adaptive pooling are not supported');
}

import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { TorchValue } from '../../values/value.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';
import { batched } from './pooling.ts';

/** Pooling to a given size: cell `i` of `n` covers the range from `floor(i · size / n)` to `ceil((i + 1) · size / n)`, exclusive. */
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
  /** The mode of a pooling to cells of several sizes. */
  readonly mode: 'average' | 'max';
}

const averageKind: PoolKind = { global: 'GlobalAveragePool', windows: 'AveragePool', mode: 'average' };
const maxKind: PoolKind = { global: 'GlobalMaxPool', windows: 'MaxPool', mode: 'max' };

function adaptive(call: AtenCall, rank: number, kind: PoolKind): string {
  const requested = outputSizes(call, rank);
  const [result = ''] = batched(call, rank, (value) => {
    if (requested.every((cells) => cells === 1)) return [call.emit(kind.global, [value])];
    const sizes = call.shapeOf(value).slice(2);
    const cells = requested.map((count, axis) => count ?? call.sizeOfAxis(value, axis + 2));
    if (requested.every((count, axis) => count === undefined || count === sizes[axis])) return [value];
    const known = sizes.map((_, axis) => call.sizeOfAxis(value, axis + 2));
    if (known.every((size, axis) => size % (cells[axis] ?? 1) === 0)) {
      const kernel = known.map((size, axis) => size / (cells[axis] ?? 1));
      return [call.emit(kind.windows, [value], { kernel_shape: kernel, strides: kernel })];
    }
    return [call.emit('ncnn:AdaptivePool', [value], { mode: kind.mode, output_size: cells })];
  });
  return result;
}

/** The requested sizes; None keeps the size of an axis. */
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

/** The indices of the maxima, which programs usually do not read. */
function placesUnknown(call: AtenCall): TorchValue {
  return call.unavailable('the indices of the largest elements of an adaptive pooling are not supported');
}

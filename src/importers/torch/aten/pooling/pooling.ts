import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, type AtenOperator, atenOperator } from '../operator.ts';

/** Pooling over windows. */
export const poolingFamily: AtenFamily = [
  ...[1, 2, 3].flatMap((rank): readonly AtenOperator[] => {
    const window = `int[${rank}] kernel_size, int[${rank}] stride=[], int[${rank}] padding=0, int[${rank}] dilation=1, bool ceil_mode=False`;
    const count = 'bool ceil_mode=False, bool count_include_pad=True';
    const divisor = rank === 1 ? '' : ', int? divisor_override=None';
    return [
      atenOperator(`max_pool${rank}d(Tensor self, ${window}) -> Tensor`, (call) => maxPool(call, rank)[0] ?? ''),
      atenOperator(`max_pool${rank}d_with_indices(Tensor self, ${window}) -> (Tensor, Tensor)`, (call) => maxPool(call, rank)),
      atenOperator(
        `avg_pool${rank}d(Tensor self, int[${rank}] kernel_size, int[${rank}] stride=[], int[${rank}] padding=0, ${count}${divisor}) -> Tensor`,
        (call) => averagePool(call, rank),
      ),
    ];
  }),
];

interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly padding: readonly number[];
}

function windowOf(call: AtenCall, rank: number): Window {
  const kernel = call.ints('kernel_size', rank);
  const stride = call.ints('stride', rank);
  return { kernel, stride: stride.length === 0 ? kernel : stride, padding: call.ints('padding', rank) };
}

/** The results, and the indices of the maxima in the plane of their channel. */
function maxPool(call: AtenCall, rank: number): readonly string[] {
  const { kernel, stride, padding } = windowOf(call, rank);
  const settings = {
    kernel_shape: kernel,
    strides: stride,
    pads: [...padding, ...padding],
    dilations: call.ints('dilation', rank),
    ceil_mode: call.bool('ceil_mode') ? 1 : 0,
  };
  return batched(call, rank, (value) => {
    const [, places = ''] = call.emitAll('MaxPool', [value], 2, settings);
    // ONNX counts indices through all channels and samples.
    const plane = call.sizeArguments(value).slice(2);
    const size = plane.every((length) => typeof length === 'number') ? plane.reduce((product, length) => product * length, 1) : undefined;
    const inPlane = size === undefined ? places : call.emit('Mod', [places, call.scalar(size, 'int64')]);
    return [call.emit('MaxPool', [value], settings), inPlane];
  });
}

function averagePool(call: AtenCall, rank: number): string {
  const { kernel, stride, padding } = windowOf(call, rank);
  const divisor = rank === 1 ? undefined : call.optionalInt('divisor_override');
  const settings = {
    kernel_shape: kernel,
    strides: stride,
    pads: [...padding, ...padding],
    ceil_mode: call.bool('ceil_mode') ? 1 : 0,
    count_include_pad: call.bool('count_include_pad') ? 1 : 0,
  };
  const [result = ''] = batched(call, rank, (value) =>
    divisor === undefined
      ? [call.emit('AveragePool', [value], settings)]
      : [call.emit('Mul', [windowSums(call, value, { kernel, stride, padding }), call.scalarLike(1 / divisor, value)])],
  );
  return result;
}

/** Sums over windows; all cells that the last window may reach are padded with zeros first. */
function windowSums(call: AtenCall, value: string, { kernel, stride, padding }: Window): string {
  const sizes = call.sizesOf(value).slice(2);
  const ends = sizes.map((size, axis) => {
    const [taps = 1, step = 1, cells = 0] = [kernel[axis], stride[axis], padding[axis]];
    if (!call.bool('ceil_mode')) return cells;
    const count = Math.ceil((size + 2 * cells - taps) / step) + 1;
    const used = (count - 1) * step >= size + cells ? count - 1 : count;
    return Math.max(cells, (used - 1) * step + taps - size - cells);
  });
  const pads = [0, 0, ...padding, 0, 0, ...ends];
  const padded = pads.every((cells) => cells === 0) ? value : call.emit('Pad', [value, call.integers(pads)]);
  const area = kernel.reduce((product, taps) => product * taps, 1);
  const means = call.emit('AveragePool', [padded], { kernel_shape: kernel, strides: stride });
  return call.emit('Mul', [means, call.scalarLike(area, value)]);
}

/** Adds a batch axis if the operand has none, and removes it from the results. */
export function batched(call: AtenCall, rank: number, compute: (value: string) => readonly string[]): readonly string[] {
  const value = call.input('self');
  const axes = call.rankOf(value);
  if (axes === rank + 2) return compute(value);
  if (axes !== rank + 1) throw new OperatorError('invalid', `the operand has ${axes} axes, expected ${rank + 1} or ${rank + 2}`);
  return compute(call.unsqueeze(value, [0])).map((result) => call.squeeze(result, [0]));
}

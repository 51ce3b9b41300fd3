import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, type AtenOperator, atenOperator } from '../operator.ts';

/** Convolutions in all variants. */
export const convolutionFamily: AtenFamily = [
  ...[1, 2, 3].flatMap((rank): readonly AtenOperator[] => [
    atenOperator(
      `conv${rank}d(Tensor input, Tensor weight, Tensor? bias=None, SymInt[${rank}] stride=1, SymInt[${rank}] padding=0, SymInt[${rank}] dilation=1, SymInt groups=1) -> Tensor`,
      (call) => convolution(call, { rank, padding: call.ints('padding', rank) }),
    ),
    atenOperator(
      `conv${rank}d.padding(Tensor input, Tensor weight, Tensor? bias=None, SymInt[${rank}] stride=1, str padding="valid", SymInt[${rank}] dilation=1, SymInt groups=1) -> Tensor`,
      (call) => convolution(call, { rank, padding: call.string('padding') }),
    ),
    atenOperator(
      `conv_transpose${rank}d${rank === 1 ? '' : '.input'}(Tensor input, Tensor weight, Tensor? bias=None, SymInt[${rank}] stride=1, SymInt[${rank}] padding=0, SymInt[${rank}] output_padding=0, SymInt groups=1, SymInt[${rank}] dilation=1) -> Tensor`,
      (call) => transposedConvolution(call, rank),
    ),
  ]),
  atenOperator(
    'convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups) -> Tensor',
    anyConvolution,
  ),
  atenOperator(
    '_convolution(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, SymInt[] padding, SymInt[] dilation, bool transposed, SymInt[] output_padding, SymInt groups, bool benchmark, bool deterministic, bool cudnn_enabled, bool allow_tf32) -> Tensor',
    anyConvolution,
  ),
  atenOperator(
    '_convolution_mode(Tensor input, Tensor weight, Tensor? bias, SymInt[] stride, str padding, SymInt[] dilation, SymInt groups) -> Tensor',
    (call) => convolution(call, { rank: call.rankOf(call.input('weight')) - 2, padding: call.string('padding') }),
  ),
];

interface ConvolutionSettings {
  readonly rank: number;
  /** The padding on each side of every axis, or `same` or `valid`. */
  readonly padding: readonly number[] | string;
}

function anyConvolution(call: AtenCall): string {
  const rank = call.rankOf(call.input('weight')) - 2;
  return call.bool('transposed') ? transposedConvolution(call, rank) : convolution(call, { rank, padding: call.ints('padding', rank) });
}

function convolution(call: AtenCall, { rank, padding }: ConvolutionSettings): string {
  const dilations = call.ints('dilation', rank);
  return batched(call, rank, (input, weight, bias) =>
    call.emit('Conv', [input, weight, ...bias], {
      kernel_shape: call.sizesOf(weight).slice(2),
      strides: call.ints('stride', rank),
      dilations,
      group: call.int('groups'),
      pads: typeof padding === 'string' ? namedPads(call, padding, call.sizesOf(weight).slice(2), dilations) : [...padding, ...padding],
    }),
  );
}

/** If the padding is odd, the extra cell is at the end. */
function namedPads(call: AtenCall, padding: string, kernel: readonly number[], dilations: readonly number[]): readonly number[] {
  if (padding === 'valid') return [...kernel, ...kernel].map(() => 0);
  if (padding !== 'same') throw new OperatorError('invalid', `the padding of ${call.target} is "${padding}", expected "same" or "valid"`);
  const totals = kernel.map((taps, axis) => (dilations[axis] ?? 1) * (taps - 1));
  const begins = totals.map((total) => Math.floor(total / 2));
  return [...begins, ...totals.map((total, axis) => total - (begins[axis] ?? 0))];
}

function transposedConvolution(call: AtenCall, rank: number): string {
  const padding = call.ints('padding', rank);
  return batched(call, rank, (input, weight, bias) =>
    call.emit('ConvTranspose', [input, weight, ...bias], {
      kernel_shape: call.sizesOf(weight).slice(2),
      strides: call.ints('stride', rank),
      dilations: call.ints('dilation', rank),
      group: call.int('groups'),
      pads: [...padding, ...padding],
      output_padding: call.ints('output_padding', rank),
    }),
  );
}

/** Adds a batch axis if the input has none, and removes it from the result. */
function batched(call: AtenCall, rank: number, convolve: (input: string, weight: string, bias: readonly string[]) => string): string {
  const [input, weight, bias] = [call.input('input'), call.input('weight'), call.optionalInput('bias')];
  const isSingle = call.rankOf(input) === rank + 1;
  const result = convolve(isSingle ? call.unsqueeze(input, [0]) : input, weight, bias === undefined ? [] : [bias]);
  return isSingle ? call.squeeze(result, [0]) : result;
}

import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

const modes: Readonly<Record<string, string>> = { constant: 'constant', reflect: 'reflect', replicate: 'edge', circular: 'wrap' };

/** Padding. Amounts start at the last axis, with the amount before and the amount after each axis. */
export const padFamily: AtenFamily = [
  atenOperator('pad(Tensor self, SymInt[] pad, str mode="constant", float? value=None) -> Tensor', (call) => {
    const mode = modes[call.string('mode')];
    if (mode === undefined) throw new OperatorError('invalid', `the pad mode "${call.string('mode')}" is not supported`);
    return padded(call, call.ints('pad'), mode, call.optionalFloat('value') ?? 0);
  }),
  atenOperator('constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor', (call) =>
    padded(call, call.ints('pad'), 'constant', call.float('value')),
  ),
  ...[1, 2, 3].flatMap((rank) => [
    atenOperator(`reflection_pad${rank}d(Tensor self, SymInt[${2 * rank}] padding) -> Tensor`, (call) =>
      padded(call, call.ints('padding', 2 * rank), 'reflect', 0),
    ),
    atenOperator(`replication_pad${rank}d(Tensor self, SymInt[${2 * rank}] padding) -> Tensor`, (call) =>
      padded(call, call.ints('padding', 2 * rank), 'edge', 0),
    ),
  ]),
];

/** Negative amounts crop first. */
function padded(call: AtenCall, amounts: readonly number[], mode: string, value: number): string {
  const rank = call.rankOf(call.input('self'));
  if (amounts.length % 2 !== 0 || amounts.length > 2 * rank) {
    throw new OperatorError('invalid', `${amounts.length} amounts do not fit a tensor with ${rank} axes`);
  }
  const amount = (axis: number, side: 0 | 1): number => amounts[2 * (rank - 1 - axis) + side] ?? 0;
  let input = call.input('self');
  for (let axis = 0; axis < rank; axis++) {
    const [before, after] = [Math.max(0, -amount(axis, 0)), Math.max(0, -amount(axis, 1))];
    if (before + after > 0) input = call.slice(input, axis, before, after === 0 ? Number.MAX_SAFE_INTEGER : -after);
  }
  const sides = ([0, 1] as const).flatMap((side) => Array.from({ length: rank }, (_, axis) => Math.max(0, amount(axis, side))));
  if (sides.every((cells) => cells === 0)) return input;
  const fill = mode === 'constant' ? [call.scalarLike(value, input)] : [];
  return call.emit('Pad', [input, call.integers(sides), ...fill], { mode });
}

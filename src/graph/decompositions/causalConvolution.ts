import type { GraphBuilder } from '../ir/builder.ts';
import { OperatorError } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';

/** The limit on taps that are decomposed one by one. */
const maxTaps = 16;
const end = 2 ** 31 - 1;

/** `CausalConvWithState`: convolves each channel along the last axis, preceded by its state, which is initially zero. */
export const causalConvolution: Decomposition = {
  name: 'causal-convolution',
  operators: ['CausalConvWithState'],
  decompose: (node, edit) => {
    const { name, dtype } = node.input(0);
    const [batch, channels] = node.shape(0);
    const taps = node.shape(1)[2];
    if (typeof taps !== 'number' || typeof channels !== 'number') {
      throw new OperatorError('shape', 'the numbers of channels and taps are dynamic');
    }
    const past = node.optionalInput(3);
    const before = taps - 1;
    const padded =
      before === 0
        ? name
        : past === undefined
          ? edit.emit('Pad', [name, edit.integers([before, 0]), edit.scalar(0, dtype), edit.integers([2])])
          : edit.emit('Concat', [past.name, name], { axis: 2 });
    const bias = node.optionalInput(2)?.name;
    const single =
      (batch === 1 || typeof batch === 'string') &&
      node.constant(1) !== undefined &&
      (bias === undefined || node.constant(2) !== undefined);
    const sum = single
      ? edit.emit('Conv', [padded, node.input(1).name, bias ?? ''], { group: channels, kernel_shape: [taps] })
      : tapByTap(edit, padded, [node.input(1).name, bias], channels, taps);
    const activation = node.string('activation', 'none');
    if (!['none', 'silu', 'swish'].includes(activation))
      throw new OperatorError('unsupported', `the activation "${activation}" is not supported`);
    const state = edit.slice(padded, 2, before === 0 ? end : -before, end);
    return [activation === 'none' ? sum : edit.emit('Swish', [sum]), state];
  },
};

/** The convolution as one product per tap, which keeps the samples of a batch separate and accepts dynamic weights. */
function tapByTap(
  edit: GraphBuilder,
  padded: string,
  [weight, bias]: readonly [string, string | undefined],
  channels: number,
  taps: number,
): string {
  if (taps < 1) throw new OperatorError('invalid', 'the convolution has no taps');
  if (taps > maxTaps) throw new OperatorError('limit', `${taps} taps exceed the ${maxTaps} that are unrolled`);
  const terms = Array.from({ length: taps }, (_, tap) => {
    const [from, to] = [edit.integers([tap]), edit.integers([tap + 1])];
    const factor = edit.reshape(taps === 1 ? weight : edit.emit('Slice', [weight, from, to, edit.integers([2])]), [1, channels, 1]);
    const until = tap + 1 === taps ? end : tap + 1 - taps;
    const shifted = taps === 1 ? padded : edit.emit('Slice', [padded, from, edit.integers([until]), edit.integers([2])]);
    return edit.emit('Mul', [shifted, factor]);
  });
  if (bias !== undefined) terms.push(edit.reshape(bias, [1, channels, 1]));
  return terms.reduce((total, term) => edit.emit('Add', [total, term]));
}

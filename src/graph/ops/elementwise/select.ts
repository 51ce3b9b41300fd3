import { type Dimension, elementCount } from '../../ir/dimension.ts';
import { integerOf } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { allocate, Tensor } from '../../ir/tensor.ts';
import { elementwise } from '../rules/elementwise.ts';
import { broadcastOperands, broadcastTensors, sourceIndices } from './broadcast.ts';
import { sizesOf, withElements } from './sizes.ts';

/** `Where`: selects elements of two operands by a condition. */
export const selectOperators: OperatorFamily = {
  Where: {
    ...elementwise,
    infer: (node) => {
      const type = { dtype: node.input(1).dtype, shape: broadcastOperands(node) };
      const condition = node.constant(0)?.toIntegers();
      if (condition === undefined) return [type];
      return [
        withElements(type, [condition, sizesOf(node.input(1)), sizesOf(node.input(2))], ([chosen, yes, no]): Dimension | undefined =>
          chosen === 0 ? no : yes,
        ),
      ];
    },
    evaluate: (_node, [condition, yes, no]) => (condition && yes && no ? [select(condition, yes, no)] : []),
  },
};

/** The elements of `yes` where the condition is true, and of `no` elsewhere. All three are broadcast. */
function select(condition: Tensor, yes: Tensor, no: Tensor): Tensor {
  const { dtype } = yes;
  if (no.dtype !== dtype) throw new OperatorError('invalid', `the branches have different types, ${dtype} and ${no.dtype}`);
  const shape = broadcastTensors([condition, yes, no]);
  const chosen = condition.values();
  const fromChosen = sourceIndices(condition.shape, shape);
  const fromYes = sourceIndices(yes.shape, shape);
  const fromNo = sourceIndices(no.shape, shape);
  const yesValues = yes.values();
  const noValues = no.values();
  const pick = (index: number): string | number | bigint | undefined =>
    Number(chosen[fromChosen[index] ?? 0]) ? yesValues[fromYes[index] ?? 0] : noValues[fromNo[index] ?? 0];
  const size = elementCount(shape);
  if (dtype === 'string')
    return Tensor.of(
      dtype,
      shape,
      Array.from({ length: size }, (_, index) => String(pick(index))),
    );
  const result = allocate(dtype, size);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    for (let index = 0; index < size; index++) result[index] = integerOf(pick(index) ?? 0);
  } else {
    for (let index = 0; index < size; index++) result[index] = Number(pick(index));
  }
  return Tensor.of(dtype, shape, result);
}

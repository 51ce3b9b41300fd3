import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { type DataType, isInteger } from '../../ir/tensor.ts';
import { elementwise } from '../rules/elementwise.ts';
import { broadcastOperands, combine, type Pairwise } from './broadcast.ts';
import { mapNumbers } from './map.ts';

/** Logical functions of bools and bitwise functions of integers. */
export const logicalOperators: OperatorFamily = {
  And: binary({ number: (a, b) => a & b }),
  Or: binary({ number: (a, b) => a | b }),
  Xor: binary({ number: (a, b) => a ^ b }),
  Not: {
    ...elementwise,
    infer: (node) => [{ dtype: 'bool', shape: node.input(0).shape }],
    evaluate: (_node, [x]) => (x ? [mapNumbers(x, (value) => (value === 0 ? 1 : 0))] : []),
  },
  BitwiseAnd: binary({ number: (a, b) => a & b, integer: (a, b) => a & b }),
  BitwiseOr: binary({ number: (a, b) => a | b, integer: (a, b) => a | b }),
  BitwiseXor: binary({ number: (a, b) => a ^ b, integer: (a, b) => a ^ b }),
  BitwiseNot: {
    ...elementwise,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (_node, [x]) =>
      x
        ? [
            mapNumbers(
              x,
              (value) => ~value,
              (value) => ~value,
            ),
          ]
        : [],
  },
  BitShift: {
    ...elementwise,
    infer: (node) => {
      bitShiftDirection(node);
      return [{ dtype: node.input(0).dtype, shape: broadcastOperands(node) }];
    },
    evaluate: (node, [a, b]) => (a && b ? [combine(a, b, a.dtype, shift(bitShiftDirection(node), a.dtype))] : []),
  },
};

function binary(pairwise: Pairwise): Operator {
  return {
    ...elementwise,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: broadcastOperands(node) }],
    evaluate: (_node, [a, b]) => (a && b ? [combine(a, b, a.dtype, pairwise)] : []),
  };
}

/** The direction of a `BitShift`. Throws if the attribute has an unknown value. */
export function bitShiftDirection(node: OperatorNode): 'LEFT' | 'RIGHT' {
  const direction = node.string('direction');
  if (direction === 'LEFT' || direction === 'RIGHT') return direction;
  throw new OperatorError('invalid', `the direction of a shift is LEFT or RIGHT, not "${direction}"`);
}

/**
 * Bit shifts. If the shift amount is negative or at least the width of the type, only the sign of a right-shifted value remains. The result
 * wraps when it is stored.
 */
function shift(direction: 'LEFT' | 'RIGHT', dtype: DataType): Pairwise {
  if (!isInteger(dtype)) throw new OperatorError('invalid', `the bits of ${dtype} cannot be shifted`);
  if (direction === 'LEFT') {
    return { number: (a, b) => (b < 0 || b > 31 ? 0 : a << b), integer: (a, b) => (b < 0n || b > 63n ? 0n : a << b) };
  }
  return {
    number: (a, b) => Math.floor(a / 2 ** (b < 0 ? 32 : b)),
    integer: (a, b) => a >> (b < 0n ? 64n : b),
  };
}

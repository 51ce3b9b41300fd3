import { OperatorError } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';
import type { DataType } from '../ir/tensor.ts';
import { Tensor } from '../ir/tensor.ts';

const widths: Partial<Record<DataType, number>> = { int8: 8, uint8: 8, int16: 16, uint16: 16 };

/**
 * `BitwiseAnd`, `BitwiseOr` and `BitwiseXor` of up to 16 bits: an additional axis holds the bits as 0 and 1. Halving and rounding down also
 * gives the bits of negative numbers, whose highest bit counts as -2^(n-1).
 */
export const bitwise: Decomposition = {
  name: 'bitwise',
  operators: ['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'],
  decompose: (node, edit) => {
    const { dtype } = node.input(0);
    const width = widths[dtype];
    if (width === undefined)
      throw new OperatorError('unsupported', `ncnn computes in float32, which cannot represent all bits of ${dtype}`);
    const powers = Array.from({ length: width }, (_, bit) => 2 ** bit);
    const row = (values: readonly number[]): string => edit.constant(Tensor.of('float32', [values.length], Float32Array.from(values)));
    const half = edit.scalar(0.5, 'float32');
    const two = edit.scalar(2, 'float32');
    const bits = (index: number): string => {
      const value = edit.emit('Cast', [node.input(index).name], { to: 'float32' });
      const wide = edit.emit('Unsqueeze', [value, edit.integers([node.shape(index).length])]);
      const whole = edit.emit('Floor', [edit.emit('Mul', [wide, row(powers.map((power) => 1 / power))])]);
      return edit.emit('Sub', [whole, edit.emit('Mul', [edit.emit('Floor', [edit.emit('Mul', [whole, half])]), two])]);
    };
    const [left, right] = [bits(0), bits(1)];
    const both = edit.emit('Mul', [left, right]);
    const sum = edit.emit('Add', [left, right]);
    const results: Readonly<Record<string, () => string>> = {
      BitwiseAnd: () => both,
      BitwiseOr: () => edit.emit('Sub', [sum, both]),
      BitwiseXor: () => edit.emit('Sub', [sum, edit.emit('Mul', [both, two])]),
    };
    const result = results[node.operator]?.() ?? '';
    const signed = dtype.startsWith('u') ? powers : powers.map((power, bit) => (bit === width - 1 ? -power : power));
    const total = edit.emit('ReduceSum', [edit.emit('Mul', [result, row(signed)]), edit.integers([-1])], { keepdims: 0 });
    return edit.emit('Cast', [total], { to: dtype });
  },
};

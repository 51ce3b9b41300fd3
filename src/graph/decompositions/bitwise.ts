import { OperatorError } from '../ir/operator.ts';
import type { DataType } from '../ir/tensor.ts';
import { Tensor } from '../ir/tensor.ts';
import type { Decomposition } from './decomposition.ts';

const widths: Partial<Record<DataType, number>> = { int8: 8, uint8: 8, int16: 16, uint16: 16 };

/**
 * `BitwiseAnd`, `BitwiseOr` and `BitwiseXor` of up to 16 bits: an axis more holds the bits as 0 and 1. Halving and
 * rounding down finds those of negative numbers too, whose highest bit counts as -2^(n-1).
 */
export const bitwise: Decomposition = {
  name: 'bitwise',
  operators: ['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'],
  decompose: (node, write) => {
    const { dtype } = node.input(0);
    const width = widths[dtype];
    if (width === undefined) throw new OperatorError('unsupported', `ncnn computes in float32, which does not hold all bits of ${dtype}`);
    const powers = Array.from({ length: width }, (_, bit) => 2 ** bit);
    const row = (values: readonly number[]): string => write.constant(Tensor.of('float32', [values.length], Float32Array.from(values)));
    const half = write.scalar(0.5, 'float32');
    const two = write.scalar(2, 'float32');
    const bits = (index: number): string => {
      const value = write.node('Cast', [node.input(index).name], { to: 'float32' });
      const wide = write.node('Unsqueeze', [value, write.integers([node.shape(index).length])]);
      const whole = write.node('Floor', [write.node('Mul', [wide, row(powers.map((power) => 1 / power))])]);
      return write.node('Sub', [whole, write.node('Mul', [write.node('Floor', [write.node('Mul', [whole, half])]), two])]);
    };
    const [left, right] = [bits(0), bits(1)];
    const both = write.node('Mul', [left, right]);
    const sum = write.node('Add', [left, right]);
    const results: Readonly<Record<string, () => string>> = {
      BitwiseAnd: () => both,
      BitwiseOr: () => write.node('Sub', [sum, both]),
      BitwiseXor: () => write.node('Sub', [sum, write.node('Mul', [both, two])]),
    };
    const result = results[node.operator]?.() ?? '';
    const signed = dtype.startsWith('u') ? powers : powers.map((power, bit) => (bit === width - 1 ? -power : power));
    const total = write.node('ReduceSum', [write.node('Mul', [result, row(signed)]), write.integers([-1])], { keepdims: 0 });
    write.result(0, 'Cast', [total], { to: dtype });
    return true;
  },
};

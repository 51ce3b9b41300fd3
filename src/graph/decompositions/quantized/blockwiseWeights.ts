import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import { Tensor } from '../../ir/tensor.ts';

/**
 * `MatMulNBits`: a product with weights of few bits, which have a scale and a zero point per block. The weights are dequantized to floats.
 */
export const blockwiseWeights: Decomposition = {
  name: 'blockwise-weights',
  operators: ['com.microsoft:MatMulNBits'],
  decompose: (node, edit) => {
    if (node.optionalInput(4) !== undefined) throw new OperatorError('unsupported', 'weights in another order (g_idx) are not supported');
    const product = edit.emit('MatMul', [node.input(0).name, edit.constant(weightsOf(node), 'weights')]);
    const bias = node.optionalInput(5);
    return bias === undefined ? product : edit.emit('Add', [product, bias.name]);
  },
};

/** The weights as [K, N]. They are stored as [N, blocks, bytes], low bits of a byte first. */
function weightsOf(node: OperatorNode): Tensor {
  const [rows, columns, blockSize, bits] = [node.int('K'), node.int('N'), node.int('block_size'), node.int('bits', 4)];
  const [packed, scales] = [node.constant(1), node.constant(2)];
  const zeroPoints = node.optionalInput(3);
  if (packed === undefined || scales === undefined || (zeroPoints !== undefined && zeroPoints.constant === undefined)) {
    throw new OperatorError('unsupported', 'weights that are computed when the net runs are not supported');
  }
  if (bits !== 2 && bits !== 4 && bits !== 8) throw new OperatorError('unsupported', `weights of ${bits} bits are not supported`);
  const blocks = Math.ceil(rows / blockSize);
  const [bytes, factors] = [packed.toIntegers(), scales.toFloat64()];
  const perByte = 8 / bits;
  const entry = (list: ArrayLike<number>, line: number, length: number, place: number): number =>
    ((list[line * Math.ceil(length / perByte) + Math.floor(place / perByte)] ?? 0) >> (bits * (place % perByte))) & ((1 << bits) - 1);
  const zero = zeroPoints?.constant;
  const isPacked = zero?.dtype === 'uint8';
  const zeroList = isPacked ? zero.toIntegers() : zero?.toFloat64();
  const zeroOf = (column: number, block: number): number => {
    if (zeroList === undefined) return 1 << (bits - 1);
    return isPacked ? entry(zeroList, column, blocks, block) : (zeroList[column * blocks + block] ?? 0);
  };
  const values = new Float32Array(rows * columns);
  for (let column = 0; column < columns; column++) {
    for (let row = 0; row < rows; row++) {
      const block = Math.floor(row / blockSize);
      const stored = entry(bytes, column * blocks + block, blockSize, row % blockSize);
      values[row * columns + column] = (stored - zeroOf(column, block)) * (factors[column * blocks + block] ?? 0);
    }
  }
  return Tensor.of('float32', [rows, columns], values);
}

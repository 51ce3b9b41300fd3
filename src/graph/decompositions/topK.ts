import { pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { OperatorError } from '../ir/operator.ts';
import type { Decomposition } from '../ir/rules.ts';
import { Tensor } from '../ir/tensor.ts';
import { checkCount } from '../ops/reduction/order.ts';

/** The limit on comparisons: every element is compared with every other element of its lane. */
const maxComparisons = 2 ** 22;

/**
 * `TopK` by ranks: the rank of an element is the number of elements of its lane that precede it; equal elements are ordered by index. So
 * each rank below k belongs to exactly one element, which a comparison selects.
 */
export const topK: Decomposition = {
  name: 'top-k',
  operators: ['TopK'],
  decompose: (node, edit) => {
    const { name, dtype } = node.input(0);
    const shape = node.shape(0);
    const axis = node.axis(node.int('axis', -1), shape.length);
    const size = shape[axis];
    const k = node.constant(1)?.toIntegers()[0] ?? edit.declaredType(node.node.outputs[0])?.shape?.[axis];
    if (typeof k !== 'number') throw new OperatorError('unsupported', 'k must be a constant', pinOrFixShapes);
    checkCount(k, size);
    const lanes = shape.filter((_, index) => index !== axis);
    if (typeof size !== 'number' || lanes.some((entry) => typeof entry === 'string')) {
      throw new OperatorError('shape', `the shape [${shape.join(',')}] has dynamic axes`);
    }
    const comparisons = lanes.reduce<number>((count, entry) => count * Number(entry), size * size);
    if (comparisons > maxComparisons) {
      throw new OperatorError('limit', `ncnn cannot sort, and comparing each of ${size} elements with all others is too much`);
    }
    edit.reserve(size * size);
    const after = shape.slice(axis + 1).map(() => 1);
    const axisOf = (place: number): string => edit.integers([place]);
    // Two axes [own, other]: each row marks the elements that precede the element of the row.
    const own = edit.emit('Unsqueeze', [name, axisOf(axis + 1)]);
    const other = edit.emit('Unsqueeze', [name, axisOf(axis)]);
    const ahead = node.int('largest', 1) !== 0 ? 'Greater' : 'Less';
    const flag = (operator: string): string => edit.emit('Cast', [edit.emit(operator, [other, own])], { to: 'float32' });
    const earlier = Float32Array.from({ length: size * size }, (_, index) => (index % size < Math.floor(index / size) ? 1 : 0));
    const ties = edit.emit('Mul', [flag('Equal'), edit.constant(Tensor.of('float32', [size, size, ...after], earlier))]);
    const before = edit.emit('Add', [flag(ahead), ties]);
    const ranks = edit.emit('ReduceSum', [before, axisOf(axis + 1)], { keepdims: 0 });

    const selectedRanks = Tensor.of(
      'float32',
      [k, 1, ...after],
      Float32Array.from({ length: k }, (_, rank) => rank),
    );
    const chosen = edit.emit('Equal', [edit.emit('Unsqueeze', [ranks, axisOf(axis)]), edit.constant(selectedRanks)]);
    const picked = (values: string, zero: string): readonly string[] => [edit.emit('Where', [chosen, values, zero]), axisOf(axis + 1)];
    const places = Tensor.int64(
      Array.from({ length: size }, (_, place) => place),
      [size, ...after],
    );
    return [
      edit.emit('ReduceSum', picked(other, edit.scalar(0, dtype)), { keepdims: 0 }),
      edit.emit('ReduceSum', picked(edit.constant(places), edit.scalar(0, 'int64')), { keepdims: 0 }),
    ];
  },
};

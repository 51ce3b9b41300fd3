import { OperatorError } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import { Tensor } from '../../ir/tensor.ts';

/** `Trilu` with a dynamic diagonal: compares the distance of each element from the main diagonal with it. */
export const dynamicDiagonal: Decomposition = {
  name: 'dynamic-diagonal',
  operators: ['Trilu'],
  decompose: (node, edit) => {
    const diagonal = node.optionalInput(1);
    if (diagonal === undefined || diagonal.constant !== undefined) return undefined;
    const { name, dtype } = node.input(0);
    const [rows, columns] = node.shape(0).slice(-2);
    if (typeof rows !== 'number' || typeof columns !== 'number') {
      throw new OperatorError('shape', 'the sizes of the matrices are dynamic');
    }
    edit.reserve(rows * columns);
    const distances = Array.from({ length: rows * columns }, (_, index) => (index % columns) - Math.floor(index / columns));
    const operator = node.int('upper', 1) === 1 ? 'GreaterOrEqual' : 'LessOrEqual';
    const selected = edit.emit(operator, [edit.constant(Tensor.int64(distances, [rows, columns])), diagonal.name]);
    return edit.emit('Where', [selected, name, edit.scalar(0, dtype)]);
  },
};

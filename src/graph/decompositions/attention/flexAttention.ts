import { OperatorError } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';
import { elementType } from '../../ops/shape/elementType.ts';
import { groupedProduct } from './groupedHeads.ts';

/** `FlexAttention`: softmax(Q Kᵀ · scale) V, with subgraphs of the model that modify the scores and the probabilities. */
export const flexAttention: Decomposition = {
  name: 'flex-attention',
  operators: ['ai.onnx.preview:FlexAttention'],
  decompose: (node, edit) => {
    const { dtype } = node.input(0);
    const [qShape, kShape, vShape] = [node.shape(0), node.shape(1), node.shape(2)];
    const precision = elementType(node, 'softmax_precision') ?? (dtype === 'float64' ? 'float64' : 'float32');
    const size = qShape[3];
    if (typeof size !== 'number') throw new OperatorError('shape', 'the size of a head is dynamic');
    const cast = (value: string, from: string, to: string): string => (from === to ? value : edit.emit('Cast', [value], { to }));
    const keys = edit.transpose(cast(node.input(1).name, dtype, precision), [0, 1, 3, 2]);
    const transposed = [kShape[0] ?? 0, kShape[1] ?? 0, kShape[3] ?? 0, kShape[2] ?? 0];
    const product = groupedProduct(edit, cast(node.input(0).name, dtype, precision), qShape, keys, transposed);
    const scale = node.float('scale', undefined) ?? 1 / Math.sqrt(size);
    const scores = edit.emit('Mul', [product, edit.scalar(scale, precision)]);
    const changed = (attribute: string, value: string): string => {
      const graph = node.graph(attribute);
      return graph === undefined ? value : (edit.inline(graph, [value])[0] ?? value);
    };
    const softmax = edit.emit('Softmax', [changed('score_mod', scores)], { axis: -1 });
    const probabilities = cast(changed('prob_mod', softmax), precision, dtype);
    const shape = [...qShape.slice(0, 3), kShape[2] ?? 0];
    return groupedProduct(edit, probabilities, shape, node.input(2).name, vShape);
  },
};

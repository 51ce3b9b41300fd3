import type { GraphBuilder } from '../../ir/builder.ts';
import { float } from '../../ir/graph.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import type { Decomposition } from '../../ir/rules.ts';

/** Activations that onnxruntime's optimizer fuses with the operators before them. */
export const fusedActivations: Decomposition = {
  name: 'fused-activations',
  operators: [
    'com.microsoft:Gelu',
    'com.microsoft:BiasGelu',
    'com.microsoft:FastGelu',
    'com.microsoft:QuickGelu',
    'com.microsoft:BiasAdd',
    'com.microsoft:BiasSplitGelu',
    'com.microsoft:BiasSoftmax',
    'com.microsoft:GemmFastGelu',
  ],
  decompose: (node, edit) => {
    const sum = (): string => (node.optionalInput(1) ? edit.emit('Add', [node.input(0).name, node.input(1).name]) : node.input(0).name);
    switch (node.operator) {
      case 'com.microsoft:Gelu':
      case 'com.microsoft:BiasGelu':
        return edit.emit('Gelu', [sum()]);
      case 'com.microsoft:FastGelu':
        return edit.emit('Gelu', [sum()], { approximate: 'tanh' });
      case 'com.microsoft:QuickGelu':
        return edit.emit('Swish', [node.input(0).name], { alpha: float(node.float('alpha', 1.702)) });
      case 'com.microsoft:BiasAdd':
        return edit.emit('Add', [sum(), node.input(2).name]);
      case 'com.microsoft:GemmFastGelu': {
        const product = edit.emit('MatMul', [node.input(0).name, node.input(1).name]);
        const bias = node.optionalInput(2);
        return edit.emit('Gelu', [bias === undefined ? product : edit.emit('Add', [product, bias.name])], { approximate: 'tanh' });
      }
      case 'com.microsoft:BiasSoftmax':
        return biasSoftmax(node, edit, sum());
      default:
        return splitGelu(node, edit, sum());
    }
  },
};

/** A softmax over all axes from one on, of the sum of data and a bias of the same rank. */
function biasSoftmax(node: OperatorNode, edit: GraphBuilder, value: string): string {
  const rank = node.shape(0).length;
  const axis = node.axis(node.int('axis', 1), rank);
  if (axis !== rank - 1) throw new OperatorError('unsupported', `a softmax over ${rank - axis} axes at once is not supported`);
  if (node.shape(1).length !== rank) throw new OperatorError('unsupported', 'a bias of fewer axes than the data is not supported');
  return edit.emit('Softmax', [value], { axis });
}

/** The first half of the last axis, multiplied by the GELU of the second half. */
function splitGelu(node: OperatorNode, edit: GraphBuilder, value: string): string {
  const shape = node.shape(0);
  const [axis, size] = [shape.length - 1, shape.at(-1)];
  if (typeof size !== 'number') throw new OperatorError('shape', 'the last axis is dynamic');
  const gate = edit.emit('Gelu', [edit.slice(value, axis, size / 2, size)]);
  return edit.emit('Mul', [edit.slice(value, axis, 0, size / 2), gate]);
}

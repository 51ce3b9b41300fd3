import { Tensor } from '../../../graph/ir/tensor.ts';
import { type OpsetAdapter, scalarLike } from './adapter.ts';

/** Experimental operators that early exporters wrote and later operator sets dropped, decomposed into arithmetic. */
export const imageScalerAdapter: OpsetAdapter = {
  operators: ['ImageScaler'],
  since: 'always',
  upgrade: (node, edit) => {
    const x = node.input(0).name;
    const bias = node.floats('bias');
    const scaled = edit.emit('Mul', [x, scalarLike(x, node.float('scale', 1), edit, 'scale')], {}, 'scaled');
    return edit.emit('Add', [scaled, edit.constant(Tensor.float32(bias, [bias.length, 1, 1]), 'bias')]);
  },
};

/** alpha * x + beta. */
export const affineAdapter: OpsetAdapter = {
  operators: ['Affine'],
  since: 'always',
  upgrade: (node, edit) => {
    const x = node.input(0).name;
    const scaled = edit.emit('Mul', [x, scalarLike(x, node.float('alpha', 1), edit, 'alpha')], {}, 'scaled');
    return edit.emit('Add', [scaled, scalarLike(x, node.float('beta', 0), edit, 'beta')]);
  },
};

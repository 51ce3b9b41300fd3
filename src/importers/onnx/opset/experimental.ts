import { makeNode } from '../../../graph/ir/graph.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { type OpsetAdapter, scalarLike } from './adapter.ts';

/** Experimental operators that early exporters used and later operator sets dropped, written as arithmetic. */
export const imageScalerAdapter: OpsetAdapter = {
  operators: ['ImageScaler'],
  since: 'always',
  upgrade: (node, context) => {
    const x = node.input(0).name;
    const bias = node.floats('bias');
    const factor = context.constant(scalarLike(x, node.float('scale', 1), context), 'scale');
    const offset = context.constant(Tensor.float32(bias, [bias.length, 1, 1]), 'bias');
    const scaled = context.value('scaled');
    return [makeNode('Mul', [x, factor], [scaled]), makeNode('Add', [scaled, offset], node.node.outputs, {}, node.node.name)];
  },
};

/** alpha * x + beta. */
export const affineAdapter: OpsetAdapter = {
  operators: ['Affine'],
  since: 'always',
  upgrade: (node, context) => {
    const x = node.input(0).name;
    const alpha = context.constant(scalarLike(x, node.float('alpha', 1), context), 'alpha');
    const beta = context.constant(scalarLike(x, node.float('beta', 0), context), 'beta');
    const scaled = context.value('scaled');
    return [makeNode('Mul', [x, alpha], [scaled]), makeNode('Add', [scaled, beta], node.node.outputs, {}, node.node.name)];
  },
};

import { isStatic } from '../../graph/dimension.ts';
import { OperatorError } from '../../graph/operator.ts';
import { eye } from '../../graph/ops/shape/create.ts';
import type { LoweringFamily } from '../node.ts';

/** `EyeLike` of a live operand: only its shape matters. */
export const createLowerings: LoweringFamily = {
  EyeLike: (node) => {
    const { shape, dtype } = node.output();
    if (shape === undefined || !isStatic(shape)) {
      throw new OperatorError('shape', 'the shape of the operand must be known', 'Fix the shapes of the inputs with `shape=NAME:8,8`.');
    }
    node.define(0, node.constantBlob(eye(node, shape, dtype).toFloat32(), shape, 'eye'));
  },
};

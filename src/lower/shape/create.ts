import { pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { isStatic } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { sliceRange } from '../../graph/ops/movement/selection.ts';
import { eye } from '../../graph/ops/shape/create.ts';
import { binary, withScalar } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';

/** Operators that use only the sizes of dynamic operands, for results of known shape. */
export const createLowerings: LoweringFamily = {
  EyeLike: (node) => {
    const shape = knownShape(node);
    node.define(0, node.constantBlob(eye(node, shape, node.output().dtype).toFloat32(), shape, 'eye'));
  },
  ConstantOfShape: (node) => {
    const shape = knownShape(node);
    const value = node.tensor('value')?.toFloat32()[0] ?? 0;
    node.define(0, node.filled(value, defaultBlobShape(shape).map(Number), 'filled'));
  },
  Range: (node) => {
    const [size = 0] = knownShape(node);
    const delta = node.constant(2)?.scalar();
    const places = Float32Array.from(sliceRange(size), (place) => place * (delta ?? 1));
    const steps = node.constantBlob(places, [size], 'steps');
    const scaled: DraftBlob = delta === undefined ? binary(node, 'MUL', steps, node.blob(2, [1])) : steps;
    const start = node.constant(0)?.scalar();
    node.define(0, start === undefined ? binary(node, 'ADD', scaled, node.blob(0, [1])) : withScalar(node, 'ADD', scaled, start));
  },
};

function knownShape(node: LoweringNode): readonly number[] {
  const { shape } = node.output();
  if (shape !== undefined && isStatic(shape)) return shape;
  throw new OperatorError('shape', 'the shape of the result is computed when the net runs', pinOrFixShapes);
}

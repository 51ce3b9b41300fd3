import type { LayerParams, LayerType } from '../../net/net.ts';
import type { Lowering } from '../node.ts';
import { defaultBlobShape } from '../views.ts';

/** A lowering to one element-wise layer, which uses the operand in its stored shape. */
export function lowerElementwise<T extends LayerType>(type: T, params: LayerParams<T>): Lowering {
  return (node) => {
    const shape = node.storedShape(0) ?? defaultBlobShape(node.shape(0));
    node.define(0, node.layer(type, [node.blob(0, shape)], params, shape));
  };
}

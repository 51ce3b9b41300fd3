import type { LayerParams, LayerType } from '../../net/net.ts';
import type { Lowering } from '../node.ts';
import { defaultBlobShape } from '../views.ts';

/** A lowering to one layer that works on each element alone and so takes the operand in whatever shape it is held. */
export function lowerElementwise<T extends LayerType>(type: T, params: LayerParams<T>): Lowering {
  return (node) => {
    const shape = node.storedShape(0) ?? defaultBlobShape(node.shape(0));
    node.define(0, node.layer(type, [node.blob(0, shape)], params, shape));
  };
}

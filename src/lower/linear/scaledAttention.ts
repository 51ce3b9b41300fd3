import { product, type Shape } from '../../graph/ir/dimension.ts';
import type { BlobShape } from '../../net/net.ts';
import type { LoweringFamily } from '../node.ts';

/** `ncnn:ScaledAttention` becomes SDPA, with all leading axes as heads. */
export const scaledAttentionLowerings: LoweringFamily = {
  'ncnn:ScaledAttention': (node) => {
    const bottoms = [0, 1, 2].map((index) => node.blob(index, matrices(node.shape(index))));
    const mask = node.optionalInput(3);
    if (mask?.shape !== undefined) bottoms.push(node.blob(3, matrices(mask.shape)));
    const params = { scale: node.float('scale'), ...(mask === undefined ? {} : { attn_mask: 1 }) };
    node.define(0, node.layer('SDPA', bottoms, params, matrices(node.outputShape())));
  },
};

function matrices(shape: Shape): BlobShape {
  return [product(shape.slice(0, -2)), shape.at(-2) ?? 1, shape.at(-1) ?? 1];
}

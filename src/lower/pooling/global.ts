import { product } from '../../graph/ir/dimension.ts';
import { poolingCodes } from '../../net/layers/codes.ts';
import type { BlobShape } from '../../net/net.ts';
import { reduceAxis } from '../arithmetic.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { raised, rooted } from './pool.ts';

/** Pooling over all spatial axes. The result has one element per channel (of each sample). */
export const globalPoolLowerings: LoweringFamily = {
  GlobalMaxPool: globalPool('MAX'),
  GlobalAveragePool: globalPool('AVE'),
  GlobalLpPool: (node) => {
    const p = node.int('p', 2);
    const { channels, spatial } = parts(node);
    const cells = product(spatial);
    const sum = reduceAxis(node, 'SUM', raised(node, node.blob(0, [channels, cells]), p), 1);
    node.define(0, rooted(node, sum, p));
  },
};

function globalPool(type: keyof typeof poolingCodes): Lowering {
  return (node) => {
    const { channels, spatial } = parts(node);
    const params = { pooling_type: poolingCodes[type].code, global_pooling: 1 };
    if (spatial.length === 0) node.alias(0, 0);
    else if (spatial.length === 1) node.define(0, node.layer('Pooling1D', [node.blob(0, [channels, ...spatial])], params, [channels]));
    else if (spatial.length === 3) node.define(0, node.layer('Pooling3D', [node.blob(0, [channels, ...spatial])], params, [channels]));
    else {
      // If there are more axes than ncnn supports, they are merged into one.
      const plane = spatial.length === 2 ? spatial : [product(spatial.slice(0, -1)), ...spatial.slice(-1)];
      node.define(0, node.layer('Pooling', [node.blob(0, [channels, ...plane])], params, [channels]));
    }
  };
}

function parts(node: LoweringNode): { readonly channels: BlobShape[number]; readonly spatial: BlobShape } {
  const [batch = 1, channels = 1, ...spatial] = node.shape(0);
  return { channels: product([batch, channels]), spatial };
}

import { product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { isAverage } from '../../graph/ops/pooling/adaptive.ts';
import { poolingCodes } from '../../net/layers/codes.ts';
import type { LoweringFamily } from '../node.ts';

/** `AdaptivePool` as pooling layers. Samples become separate channels. */
export const adaptivePoolLowerings: LoweringFamily = {
  'ncnn:AdaptivePool': (node) => {
    const [batch = 1, channels = 1, ...sizes] = node.shape(0);
    const cells = node.ints('output_size');
    const [width = 1, height = 1, depth = 1] = [...cells].reverse();
    const x = node.blob(0, [product([batch, channels]), ...sizes]);
    const shape = [product([batch, channels]), ...cells];
    const params = { pooling_type: poolingCodes[isAverage(node) ? 'AVE' : 'MAX'].code, adaptive_pooling: 1, out_w: width };
    if (sizes.length === 1) node.define(0, node.layer('Pooling1D', [x], params, shape));
    else if (sizes.length === 2) node.define(0, node.layer('Pooling', [x], { ...params, out_h: height }, shape));
    else if (sizes.length === 3) node.define(0, node.layer('Pooling3D', [x], { ...params, out_h: height, out_d: depth }, shape));
    else throw new OperatorError('unsupported', `ncnn pools up to 3 axes, not ${sizes.length}`);
  },
};

import { poolingCodes, reductionCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { makeLayer } from '../../net.ts';
import type { Pass } from '../pass.ts';

const poolings: ReadonlyMap<number, number> = new Map([
  [reductionCodes.MEAN.code, poolingCodes.AVE.code],
  [reductionCodes.MAX.code, poolingCodes.MAX.code],
]);

// ncnn computes a Reduction element by element, so a global Pooling is faster.
export const replaceReduction: Pass = {
  name: 'replace_reduction_with_global_pooling',
  description: 'Replaces a Reduction that averages height and width, or takes their maximum, with a global Pooling.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('Reduction')) {
      const pooling = poolings.get(paramOf(layer, 'operation'));
      const shape = editor.shape(layer.bottoms[0]);
      if (pooling === undefined || shape?.length !== 3 || paramOf(layer, 'reduce_all') !== 0 || paramOf(layer, 'keepdims') !== 0) continue;
      const axes = new Set(paramOf(layer, 'axes').map((axis) => (axis < 0 ? axis + 3 : axis)));
      if (axes.size !== 2 || !axes.has(1) || !axes.has(2) || paramOf(layer, 'coeff') !== 1) continue;
      editor.replace(layer, makeLayer('Pooling', layer.name, layer.bottoms, layer.tops, { pooling_type: pooling, global_pooling: 1 }));
      times++;
    }
    return times;
  },
};

import { paramOf } from '../../layers/params.ts';
import { permuteOrder } from '../../layers/permuteOrder.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { sizeParams } from '../../layers/sizeParams.ts';
import { makeLayer } from '../../net.ts';
import type { Pass } from '../pass.ts';

export const replacePermute: Pass = {
  name: 'replace_permute_with_reshape',
  description: 'Replaces a Permute that moves only axes of size 1 with a Reshape.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('Permute')) {
      const [before, after] = [editor.shape(layer.bottoms[0]), editor.shape(layer.tops[0])];
      if (!isSizes(before) || !isSizes(after)) continue;
      const order = permuteOrder(before.length, paramOf(layer, 'order_type'));
      const real = order?.filter((axis) => before[axis] !== 1);
      if (real === undefined || real.some((axis, index) => axis < (real[index - 1] ?? 0))) continue;
      editor.replace(layer, makeLayer('Reshape', layer.name, layer.bottoms, layer.tops, sizeParams(after)));
      times++;
    }
    return times;
  },
};

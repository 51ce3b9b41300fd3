import { paramOf } from '../../layers/params.ts';
import { makeLayer } from '../../net.ts';
import { float64Values, isFloatWeight } from '../analysis/float64Values.ts';
import type { Pass } from '../pass.ts';

export const replacePReLU: Pass = {
  name: 'replace_prelu_with_leaky_relu',
  description: 'Replaces a PReLU that has one slope for all channels with a ReLU of that slope.',
  run: (editor) => {
    let times = 0;
    for (const layer of editor.layers('PReLU')) {
      const [weight] = layer.weights;
      if (paramOf(layer, 'num_slope') !== 1 || !isFloatWeight(weight)) continue;
      const [slope = 0] = float64Values(weight);
      editor.replace(layer, makeLayer('ReLU', layer.name, layer.bottoms, layer.tops, { slope }));
      times++;
    }
    return times;
  },
};

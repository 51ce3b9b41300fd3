import { paramOf } from '../../layers/params.ts';
import { makeLayer } from '../../net.ts';
import { hasOwnWeights, weightIn } from '../analysis/linear.ts';
import { hasType, type LayerAmong, type NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

/** Passes that replace a 1x1 Convolution of a vector with an InnerProduct, which ncnn would otherwise do at every run. */
export const replaceConvolution: readonly Pass[] = [
  replacePass('after_global_pooling', 'after a global Pooling', (editor, blob) => {
    const producer = editor.producer(blob);
    return hasType(producer, ['Pooling']) && paramOf(producer, 'global_pooling') !== 0;
  }),
  replacePass(
    'after_innerproduct',
    'after an InnerProduct',
    (editor, blob) => editor.producer(blob)?.type === 'InnerProduct' && editor.shape(blob)?.length === 1,
  ),
  replacePass('of_vector', 'of a vector', (editor, blob) => editor.shape(blob)?.length === 1),
];

function replacePass(suffix: string, where: string, matches: (editor: NetEditor, bottom: string) => boolean): Pass {
  return {
    name: `replace_convolution_with_innerproduct_${suffix}`,
    description: `Replaces a 1x1 Convolution ${where} with an InnerProduct.`,
    run: (editor) => {
      let times = 0;
      for (const layer of editor.layers('Convolution')) {
        const [bottom] = layer.bottoms;
        if (bottom === undefined || !matches(editor, bottom) || !isPointwise(layer, editor)) continue;
        const { num_output, bias_term, weight_data_size, activation_type, activation_params } = layer.params;
        const inherited = { num_output, bias_term, weight_data_size, activation_type, activation_params };
        const params = Object.fromEntries(Object.entries(inherited).filter(([, value]) => value !== undefined));
        editor.replace(layer, makeLayer('InnerProduct', layer.name, layer.bottoms, layer.tops, params, layer.weights));
        times++;
      }
      return times;
    },
  };
}

/** Whether a kernel has one weight per value of the vector. */
function isPointwise(layer: LayerAmong<'Convolution'>, editor: NetEditor): boolean {
  if (!hasOwnWeights(layer) || paramOf(layer, 'kernel_w') !== 1 || paramOf(layer, 'kernel_h') !== 1) return false;
  const [inputs] = editor.shape(layer.bottoms[0]) ?? [];
  return inputs === undefined || inputs === weightIn(layer).length / paramOf(layer, 'num_output');
}

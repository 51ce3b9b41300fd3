import { activationCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import type { Layer } from '../../net.ts';
import { changed, linearFamilies } from '../analysis/linear.ts';
import { hasType } from '../editor.ts';
import type { Pass } from '../pass.ts';

/**
 * Passes that fuse an activation into the convolution or inner product of which it is the only reader, such as
 * `fuse_convolution_activation`.
 */
export const fuseActivation: readonly Pass[] = linearFamilies.map(({ name, title, types }) => ({
  name: `fuse_${name}_activation`,
  description: `Fuses the activation after ${title} into it.`,
  run: (editor) => {
    let times = 0;
    for (const host of editor.layers(...types)) {
      const reader = editor.onlyReader(host);
      if (reader === undefined || paramOf(host, 'activation_type') !== activationCodes.NONE.code) continue;
      const activation = activationOf(reader);
      if (activation === undefined) continue;
      const { activation_type, activation_params } = activation;
      const params = activation_params.length === 0 ? { activation_type } : { activation_type, activation_params };
      editor.fuse(host, reader, { ...changed(host, params, host.weights), tops: reader.tops });
      times++;
    }
    return times;
  },
}));

/** A layer as the fused activation of another layer; `undefined` if it is not an activation. */
function activationOf(layer: Layer): { readonly activation_type: number; readonly activation_params: readonly number[] } | undefined {
  const activation = (code: { readonly code: number }, ...activation_params: readonly number[]): ReturnType<typeof activationOf> => ({
    activation_type: code.code,
    activation_params,
  });
  if (hasType(layer, ['ReLU'])) {
    const slope = paramOf(layer, 'slope');
    return slope === 0 ? activation(activationCodes.RELU) : activation(activationCodes.LEAKY_RELU, slope);
  }
  if (hasType(layer, ['Clip'])) return activation(activationCodes.CLIP, paramOf(layer, 'min'), paramOf(layer, 'max'));
  if (hasType(layer, ['Sigmoid'])) return activation(activationCodes.SIGMOID);
  if (hasType(layer, ['Mish'])) return activation(activationCodes.MISH);
  if (hasType(layer, ['HardSwish'])) return activation(activationCodes.HARD_SWISH, paramOf(layer, 'alpha'), paramOf(layer, 'beta'));
  return undefined;
}

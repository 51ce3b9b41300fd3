import { activationCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { asFusedActivation } from '../analysis/fusedActivation.ts';
import { changed, linearFamilies } from '../analysis/linear.ts';
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
      const activation = asFusedActivation(reader);
      if (activation === undefined) continue;
      const { activation_type, activation_params } = activation;
      const params = activation_params.length === 0 ? { activation_type } : { activation_type, activation_params };
      editor.fuse(host, reader, { ...changed(host, params, host.weights), tops: reader.tops });
      times++;
    }
    return times;
  },
}));

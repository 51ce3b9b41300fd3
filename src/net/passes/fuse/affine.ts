import { paramOf } from '../../layers/params.ts';
import { type Affine, type AffineKind, affineKinds, affineNames, affineOf, hasAffine } from '../analysis/affine.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import { isPlain, type LinearFamily, type LinearType, linearFamilies, outputAxis, scaleAndShiftOutput } from '../analysis/linear.ts';
import type { LayerAmong, NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

/**
 * Passes that fuse the channelwise multiplication and shift after a convolution or inner product into its weights, such as
 * `fuse_convolution_batchnorm` and `fuse_innerproduct_add`.
 */
export const fuseAffine: readonly Pass[] = linearFamilies.flatMap((family) => affineKinds.map((kind) => fusePass(family, kind)));

function fusePass({ name, title, types }: LinearFamily, kind: AffineKind): Pass {
  return {
    name: `fuse_${name}_${kind}`,
    description: `Fuses ${affineNames[kind]} after ${title} into its weights.`,
    run: (editor) => {
      let times = 0;
      if (!hasAffine(editor, [kind])) return times;
      for (const layer of editor.layers(...types)) {
        for (let host = fuseReader(layer, kind, editor); host !== undefined; host = fuseReader(host, kind, editor)) times++;
      }
      return times;
    },
  };
}

/** Fuses the only reader of a host into it, if the reader has this kind. Returns the new layer; `undefined` if there is no such reader. */
function fuseReader(host: LayerAmong<LinearType>, kind: AffineKind, editor: NetEditor): LayerAmong<LinearType> | undefined {
  const reader = editor.onlyReader(host);
  const affine = reader && isPlain(host) ? affineOf(reader, editor) : undefined;
  if (reader === undefined || affine?.kind !== kind || !fits(affine, host, editor)) return undefined;
  if (feedsDiscontinuity(editor, reader.tops[0])) return undefined;
  const fused = { ...scaleAndShiftOutput(host, affine), tops: reader.tops };
  editor.fuse(host, reader, fused);
  return fused;
}

/** Whether the channels of the affine layer are the output channels of the host. */
function fits({ channels, source }: Affine, host: LayerAmong<LinearType>, editor: NetEditor): boolean {
  if (source !== host.tops[0]) return false;
  return channels === undefined || (channels.axis === outputAxis(host, editor) && channels.count === paramOf(host, 'num_output'));
}

import { numberParam, paramFacts, paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { fusedWeight } from '../../weight.ts';
import { type Affine, affineOf, hasAffine } from '../analysis/affine.ts';
import { addProducts, type ChannelPattern, entry } from '../analysis/channels.ts';
import { feedsDiscontinuity } from '../analysis/discontinuity.ts';
import { copyOfFloats, float64Values } from '../analysis/float64Values.ts';
import {
  changed,
  groupsOf,
  hasOwnWeights,
  type LinearFamily,
  type LinearType,
  linearFamilies,
  multiplied,
  weightIn,
} from '../analysis/linear.ts';
import type { LayerAmong, NetEditor } from '../editor.ts';
import type { Pass } from '../pass.ts';

/**
 * Passes that fuse the channelwise multiplication and shift before a convolution or inner product into its weights, such as
 * `fuse_affine_convolution`.
 */
export const fuseAffineBefore: readonly Pass[] = linearFamilies
  .filter(({ name }) => name !== 'deformableconv2d')
  .map((family) => fusePass(family));

function fusePass({ name, title, types }: LinearFamily): Pass {
  return {
    name: `fuse_affine_${name}`,
    description: `Fuses constant factors and summands before ${title} into its weights.`,
    run: (editor) => {
      let times = 0;
      if (!hasAffine(editor)) return times;
      for (const layer of editor.layers(...types)) {
        for (let host = fuseProducer(layer, editor); host !== undefined; host = fuseProducer(host, editor)) times++;
      }
      return times;
    },
  };
}

/** Fuses the affine layer that produces the input of a host into the host. Returns the new layer; `undefined` if there is no such layer. */
function fuseProducer(host: LayerAmong<LinearType>, editor: NetEditor): LayerAmong<LinearType> | undefined {
  const before = editor.producer(host.bottoms[0]);
  if (before === undefined || editor.onlyReader(before) !== host || host.bottoms.length !== 1 || !hasOwnWeights(host)) return undefined;
  const affine = affineOf(before, editor);
  const layer = affine && fusedInput(host, affine, editor);
  if (affine === undefined || layer === undefined || feedsDiscontinuity(editor, host.tops[0])) return undefined;
  const fused = { ...layer, bottoms: [affine.source] };
  editor.fuse(before, host, fused);
  return fused;
}

/** Where the channels of the affine layer are in the weights of the host; `undefined` if that is not known. */
function patternOf(host: LayerAmong<LinearType>, channels: Affine['channels'], editor: NetEditor): ChannelPattern | undefined {
  const outputs = paramOf(host, 'num_output');
  const perOutput = weightIn(host).length / outputs;
  if (channels === undefined) return { inner: perOutput, count: 1, repeats: outputs };
  if (host.type === 'InnerProduct') {
    const shape = editor.shape(host.bottoms[0]);
    if (!isSizes(shape)) return undefined;
    // If the layer works row by row, only the columns are channels of its weights.
    const rows = shape.length === 2 && shape[1] === perOutput;
    if (rows && channels.axis !== 1) return undefined;
    const inner = shape.slice(channels.axis + 1).reduce((product, size) => product * size, 1);
    const repeats = weightIn(host).length / (inner * channels.count);
    return Number.isInteger(repeats) ? { inner, count: channels.count, repeats } : undefined;
  }
  const groups = groupsOf(host);
  if (channels.axis !== 0 || channels.count % groups !== 0) return undefined;
  const count = channels.count / groups;
  const inner = perOutput / count;
  return Number.isInteger(inner) ? { inner, count, repeats: outputs / groups } : undefined;
}

function fusedInput(host: LayerAmong<LinearType>, affine: Affine, editor: NetEditor): LayerAmong<LinearType> | undefined {
  const { scale, shift } = affine;
  const pattern = patternOf(host, affine.channels, editor);
  const pads = shift === undefined && scale === undefined ? {} : padsFor(host, affine);
  if (pattern === undefined || pads === undefined) return undefined;
  const weight = weightIn(host);
  const bias = host.weights[1];
  const outputs = paramOf(host, 'num_output');
  const scaled = scale === undefined ? weight : multiplied(weight, scale, pattern);
  if (shift === undefined) return changed(host, pads, bias === undefined ? [scaled] : [scaled, bias]);
  const shifted = fusedWeight(outputs, [weight, bias], () => {
    const summands = shift();
    const sums = bias === undefined ? new Float64Array(outputs) : float64Values(bias);
    const values = weight.doubles?.() ?? copyOfFloats(weight);
    addProducts(sums, values, summands, pattern);
    return sums;
  });
  return changed(host, { ...pads, bias_term: 1 }, [scaled, shifted]);
}

const padNames = ['pad_left', 'pad_right', 'pad_top', 'pad_bottom', 'pad_front', 'pad_behind'] as const;

/**
 * The pad value that equals the old one once it is multiplied and shifted; `undefined` if there is no such value. No parameters if nothing
 * is padded.
 */
function padsFor(host: LayerAmong<LinearType>, { channels, scale, shift }: Affine): { readonly pad_value?: number } | undefined {
  if (host.type === 'InnerProduct') return {};
  const transposed = host.type.startsWith('Deconvolution');
  // A transposed convolution sums fewer products at the border, so a shift is not the same for all elements.
  if (transposed) return shift === undefined ? {} : undefined;
  const value = (name: string): number => (paramFacts(host.type, name) === undefined ? 0 : numberParam(host.type, host.params, name));
  const padded = padNames.some((name) => value(name) !== 0);
  if (!padded) return {};
  const before = Math.fround(value('pad_value'));
  if (shift === undefined && before === 0) return {};
  if (channels !== undefined) return undefined;
  const [factor, summand] = [entry(scale?.(), 0, 1), entry(shift?.(), 0, 0)];
  return factor === 0 ? undefined : { pad_value: Math.fround((before - summand) / factor) };
}

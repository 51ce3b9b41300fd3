import { paramOf } from '../../layers/params.ts';
import { isSizes } from '../../layers/shapeRule.ts';
import { groupsOf, hasOwnWeights, weightIn } from '../analysis/linear.ts';
import type { LayerAmong, NetEditor } from '../editor.ts';

/** A Convolution that ncnn computes with Winograd's algorithm. */
export interface WinogradLayer {
  readonly layer: LayerAmong<'Convolution'>;
  /** The shape of its top. */
  readonly shape: readonly [kernels: number, height: number, width: number];
  /** The number of channels of its bottom. */
  readonly channels: number;
}

/** The 3x3 convolutions of a net without stride, dilation or groups whose output has a known shape. */
export function winogradLayers(editor: NetEditor): readonly WinogradLayer[] {
  return [...editor.layers('Convolution')].flatMap((layer): readonly WinogradLayer[] => {
    const shape = editor.shape(layer.tops[0]);
    const [kernels, height, width] = isSizes(shape) && shape.length === 3 ? shape : [];
    if (!usesWinograd(layer) || kernels === undefined || height === undefined || width === undefined) return [];
    return [{ layer, shape: [kernels, height, width], channels: weightIn(layer).length / (9 * kernels) }];
  });
}

function usesWinograd(layer: LayerAmong<'Convolution'>): boolean {
  const sizes = [paramOf(layer, 'kernel_w'), paramOf(layer, 'kernel_h')];
  const steps = [paramOf(layer, 'stride_w'), paramOf(layer, 'stride_h'), paramOf(layer, 'dilation_w'), paramOf(layer, 'dilation_h')];
  return hasOwnWeights(layer) && groupsOf(layer) === 1 && sizes.every((size) => size === 3) && steps.every((step) => step === 1);
}

import { type Dimension, product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { BlobShape } from '../../net/net.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import { dynamicPadsError, heightParams, type SlidingAxis, widthParams } from '../window.ts';

/**
 * ncnn's 3-D convolutions require constant weights. With a dynamic weight, the kernel's depth positions become channels, which match the
 * layout of the weight, and each depth slice is convolved in 2-D.
 */

/** Adds the 2-D layer for one depth slice, with the weight in the layout that the layer expects. */
export type PlaneLayer = (plane: DraftBlob, weight: DraftBlob) => DraftBlob;

const one: SlidingAxis = { kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0 };

/** Convolves `[channels, depth, height, width]` with operand 1. `outputs` is the shape of the result. */
export function convolveDepth(node: LoweringNode, bottom: DraftBlob, depth: SlidingAxis, outputs: BlobShape, layer: PlaneLayer): DraftBlob {
  const [channels = 1, , height = 1, width = 1] = bottom.shape;
  const [, layers] = outputs;
  if (typeof layers !== 'number' || depth.begin < 0) throw dynamicPadsError();
  const [outputChannels = 1, perGroup = 1, taps = 1, ...kernel] = node.shape(1);
  const weight = node.blob(1, [outputChannels, product([perGroup, taps]), ...kernel]);
  const rows = product([channels, taps]);
  const plane = product([height, width]);
  const params = { ...widthParams(one), ...heightParams(depth) };
  const flat = node.view(bottom, [channels, bottom.shape[1] ?? 1, plane]);
  const columns = node.layer('Unfold', [flat], params, [rows, product([layers, plane])]);
  const planes = slicesOf(node, node.view(columns, [rows, layers, plane]), layers);
  const results = planes.map((slice) => layer(node.view(slice, [rows, height, width]), weight));
  return node.view(stacked(node, results), outputs);
}

/**
 * Transposed convolution of `[channels, depth, height, width]` with operand 1. `layer` computes `[outputs * taps, height, width]` of a
 * slice; Fold sums the taps of all slices.
 */
export function convolveDepthTransposed(
  node: LoweringNode,
  bottom: DraftBlob,
  depth: SlidingAxis & { readonly outputPadding: number },
  outputs: BlobShape,
  layer: PlaneLayer,
): DraftBlob {
  const [channels = 1, layers, height = 1, width = 1] = bottom.shape;
  const [outputChannels = 1, outputDepth, ...plane] = outputs;
  const cells = product(plane);
  if (typeof layers !== 'number' || typeof outputDepth !== 'number' || typeof cells !== 'number') throw dynamicPadsError();
  if (depth.outputPadding >= depth.stride) {
    throw new OperatorError(
      'unsupported',
      `an output padding of ${depth.outputPadding} with a stride of ${depth.stride} and a dynamic weight`,
    );
  }
  const [inputs = 1, perGroup = 1, taps = 1, ...kernel] = node.shape(1);
  const weight = node.blob(1, [inputs, product([perGroup, taps]), ...kernel]);
  const slices = slicesOf(node, node.view(bottom, [channels, layers, product([height, width])]), layers);
  const results = slices.map((slice) => layer(node.view(slice, [channels, height, width]), weight));
  const rows = product([outputChannels, taps]);
  const columns = node.view(stacked(node, results), [rows, layers * cells]);
  const params = { ...widthParams(one), ...heightParams(depth), output_w: cells, output_h: outputDepth };
  return node.view(node.layer('Fold', [columns], params, [outputChannels, outputDepth, cells]), outputs);
}

/** Slices `[channels, layers, cells]` into its layers. */
function slicesOf(node: LoweringNode, blob: DraftBlob, layers: number): readonly DraftBlob[] {
  if (layers === 1) return [blob];
  const slices = Array.from({ length: layers }, () => 1);
  const shape: BlobShape = [blob.shape[0] ?? 1, 1, blob.shape[2] ?? 1];
  return node.layers(
    'Slice',
    [blob],
    { slices, axis: 1 },
    slices.map(() => shape),
  );
}

/** Stacks blobs `[channels, height, width]` as the layers of one blob `[channels, layers, height * width]`. */
function stacked(node: LoweringNode, planes: readonly DraftBlob[]): DraftBlob {
  const layers = planes.map((blob) => node.view(blob, [blob.shape[0] ?? 1, 1, product(blob.shape.slice(1))]));
  const [first] = layers;
  if (first === undefined) throw new OperatorError('invalid', 'the depth is 0');
  const shape: readonly Dimension[] = [first.shape[0] ?? 1, layers.length, first.shape[2] ?? 1];
  return layers.length === 1 ? first : node.layer('Concat', layers, { axis: 1 }, shape);
}

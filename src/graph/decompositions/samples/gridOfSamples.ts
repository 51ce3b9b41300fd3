import type { Decomposition } from '../../ir/rules.ts';
import { Tensor } from '../../ir/tensor.ts';
import { samplingMode } from '../../ops/image/gridSample.ts';

/**
 * GridSample of several samples inside a graph, as in the correlations of optical flow: the samples become an additional axis of the image,
 * on which each grid position is exactly at its sample. The length of that axis is chosen so that its normalized coordinates are exact in
 * float32 and no neighboring sample contributes.
 */
export const gridOfSamples: Decomposition = {
  name: 'grid-of-samples',
  operators: ['GridSample'],
  decompose: (node, edit) => {
    const shape = node.shape(0);
    const [samples] = shape;
    const spatial = shape.length - 2;
    const { mode, alignCorners } = samplingMode(node);
    // Cubic sampling would read four taps on the new axis as well, and ncnn samples at most three axes.
    if (typeof samples !== 'number' || samples < 2 || spatial < 1 || spatial > 2 || mode === 'cubic') return undefined;
    const channelsFirst = [1, 0, ...Array.from({ length: spatial }, (_, axis) => axis + 2)];
    const length = exactLength(samples, alignCorners);
    const after = [0, length - samples, ...Array.from({ length: spatial }, () => 0)];
    const padded = (value: string, pads: readonly number[]): string =>
      edit.emit('Pad', [value, edit.integers([...pads.map(() => 0), ...pads])]);
    const joined = edit.transpose(node.input(0).name, channelsFirst);
    const image = length === samples ? joined : padded(joined, after);
    const grid = padded(node.input(1).name, [...Array.from({ length: spatial + 1 }, () => 0), 1]);
    const places = edit.constant(samplePlaces(samples, length, spatial, alignCorners));
    const zero = edit.integers([0]);
    const operands = [image, edit.emit('Add', [grid, places])].map((value) => edit.emit('Unsqueeze', [value, zero]));
    const attributes = { mode, padding_mode: node.string('padding_mode', 'zeros'), align_corners: alignCorners ? 1 : 0 };
    const sampled = edit.emit('Squeeze', [edit.emit('GridSample', operands, attributes), zero]);
    return edit.emit('Transpose', [sampled], { perm: channelsFirst });
  },
};

/** The smallest length of at least `samples` for which [-1, 1] is divided by a power of two. */
function exactLength(samples: number, alignCorners: boolean): number {
  return alignCorners ? 2 ** Math.ceil(Math.log2(samples - 1)) + 1 : 2 ** Math.ceil(Math.log2(samples));
}

/** The summand for a grid whose coordinates are followed by a 0: [samples, 1 …, spatial + 1], with the center of each sample at the end. */
function samplePlaces(samples: number, length: number, spatial: number, alignCorners: boolean): Tensor {
  const width = spatial + 1;
  const values = new Float32Array(samples * width);
  for (let sample = 0; sample < samples; sample++) {
    values[sample * width + spatial] = alignCorners ? (2 * sample) / (length - 1) - 1 : (2 * sample + 1) / length - 1;
  }
  return Tensor.of('float32', [samples, ...Array.from({ length: spatial }, () => 1), width], values);
}

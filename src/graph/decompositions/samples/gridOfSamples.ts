import type { Decomposition } from '../../ir/rules.ts';
import { Tensor } from '../../ir/tensor.ts';
import { samplingMode } from '../../ops/image/gridSample.ts';

/**
 * GridSample of several samples that other operators bring together, as the correlations of optical flow: the samples become one
 * more axis of the image, on which each place of the grid lies exactly at its own sample. That axis is made so long that its
 * normalized coordinates are exact in float32, so that nothing of the sample beside comes in.
 */
export const gridOfSamples: Decomposition = {
  name: 'grid-of-samples',
  operators: ['GridSample'],
  decompose: (node, edit) => {
    const shape = node.shape(0);
    const [samples] = shape;
    const spatial = shape.length - 2;
    const { mode, alignCorners } = samplingMode(node);
    // The new axis would be sampled with four taps as well; and three axes are the most that ncnn samples.
    if (typeof samples !== 'number' || samples < 2 || spatial < 1 || spatial > 2 || mode === 'cubic') return undefined;
    const channelsFirst = [1, 0, ...Array.from({ length: spatial }, (_, axis) => axis + 2)];
    const length = exactLength(samples, alignCorners);
    const behind = [0, length - samples, ...Array.from({ length: spatial }, () => 0)];
    const padded = (value: string, pads: readonly number[]): string =>
      edit.emit('Pad', [value, edit.integers([...pads.map(() => 0), ...pads])]);
    const joined = edit.transpose(node.input(0).name, channelsFirst);
    const image = length === samples ? joined : padded(joined, behind);
    const grid = padded(node.input(1).name, [...Array.from({ length: spatial + 1 }, () => 0), 1]);
    const places = edit.constant(samplePlaces(samples, length, spatial, alignCorners));
    const zero = edit.integers([0]);
    const operands = [image, edit.emit('Add', [grid, places])].map((value) => edit.emit('Unsqueeze', [value, zero]));
    const attributes = { mode, padding_mode: node.string('padding_mode', 'zeros'), align_corners: alignCorners ? 1 : 0 };
    const sampled = edit.emit('Squeeze', [edit.emit('GridSample', operands, attributes), zero]);
    return edit.emit('Transpose', [sampled], { perm: channelsFirst });
  },
};

/** The least length from the number of samples on for which [-1, 1] is divided by a power of two. */
function exactLength(samples: number, alignCorners: boolean): number {
  return alignCorners ? 2 ** Math.ceil(Math.log2(samples - 1)) + 1 : 2 ** Math.ceil(Math.log2(samples));
}

/** What is added to a grid behind whose coordinates stands a 0: [samples, 1 …, spatial + 1], the center of each sample at the end. */
function samplePlaces(samples: number, length: number, spatial: number, alignCorners: boolean): Tensor {
  const width = spatial + 1;
  const values = new Float32Array(samples * width);
  for (let sample = 0; sample < samples; sample++) {
    values[sample * width + spatial] = alignCorners ? (2 * sample) / (length - 1) - 1 : (2 * sample + 1) / length - 1;
  }
  return Tensor.of('float32', [samples, ...Array.from({ length: spatial }, () => 1), width], values);
}

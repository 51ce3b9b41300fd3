import { windowAxisParams } from '../../windowAxes.ts';
import { extents, type Kernel, requireThat } from '../call.ts';
import { along, borders, windowAxisValues, withBorder } from '../window.ts';
import { kernelChannels, outputShape } from './convolutionWeight.ts';

/** Unfold: one row per channel and tap, one column per window position. */
export const unfoldKernel: Kernel = (call) => {
  const axes = windowAxisParams[2];
  const bottom = call.bottom(0);
  const { channels, sizes } = kernelChannels(bottom, axes);
  const [kernel, stride, dilation] = [
    windowAxisValues(call, 'kernel', axes),
    windowAxisValues(call, 'stride', axes),
    windowAxisValues(call, 'dilation', axes),
  ];
  const extent = kernel.map((size, axis) => (dilation[axis] ?? 1) * (size - 1) + 1);
  const border = borders(call, axes, { sizes, kernel, stride, dilation }, extent);
  const padded = withBorder(call, bottom.values, channels, sizes, border, call.number('pad_value'));
  const output = padded.sizes.map((size, axis) => Math.floor((size - (extent[axis] ?? 1)) / (stride[axis] ?? 1)) + 1);
  const shape = outputShape(along(kernel) * channels, [along(output)]);
  const result = call.newBlob(shape);
  eachTap(channels, kernel, output, stride, dilation, padded.sizes, (place, cell) => {
    result.values[place] = padded.values[cell] ?? 0;
  });
  return [result];
};

/** Fold: adds up the columns of an Unfold where they overlap. */
export const foldKernel: Kernel = (call) => {
  const axes = windowAxisParams[2];
  const bottom = call.bottom(0);
  const [kernel, stride, dilation] = [
    windowAxisValues(call, 'kernel', axes),
    windowAxisValues(call, 'stride', axes),
    windowAxisValues(call, 'dilation', axes),
  ];
  const pad = (name: string): number => call.number(`pad_${name}`);
  const outputSizes = windowAxisValues(call, 'output', axes);
  const [before, after] = [
    [pad('top'), pad('left')],
    [pad('bottom'), pad('right')],
  ];
  const sizes = outputSizes.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0));
  const places = sizes.map((size, axis) => {
    const extent = (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    return Math.floor((size - extent) / (stride[axis] ?? 1)) + 1;
  });
  const { w, h, dims } = extents(bottom);
  const channels = Math.trunc(h / along(kernel));
  requireThat(dims === 2 && w === along(places), `${along(places)} places are folded, but the blob has ${w}`);
  call.spend('elements', 2 * channels * along(sizes));
  call.spend('steps', channels * along(kernel) * along(places));
  const sums = new Float64Array(channels * along(sizes));
  eachTap(channels, kernel, places, stride, dilation, sizes, (place, cell) => {
    sums[cell] = (sums[cell] ?? 0) + (bottom.values[place] ?? 0);
  });
  const shape = outputShape(channels, outputSizes);
  call.spend('elements', along(shape));
  const [height = 1, width = 1] = outputSizes;
  const [tall = 1, wide = 1] = sizes;
  const values = Float32Array.from({ length: channels * height * width }, (_, index) => {
    const [channel, y, x] = [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width];
    return sums[(channel * tall + y + (before[0] ?? 0)) * wide + x + (before[1] ?? 0)] ?? 0;
  });
  return [{ shape, values }];
};

/** Calls `visit` for every tap of every window, with its index in the columns and its index in the image. */
function eachTap(
  channels: number,
  [kernelHeight = 1, kernelWidth = 1]: readonly number[],
  [rows = 1, columns = 1]: readonly number[],
  [strideHeight = 1, strideWidth = 1]: readonly number[],
  [dilationHeight = 1, dilationWidth = 1]: readonly number[],
  [height = 1, width = 1]: readonly number[],
  visit: (place: number, cell: number) => void,
): void {
  let place = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let u = 0; u < kernelHeight; u++) {
      for (let v = 0; v < kernelWidth; v++) {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            visit(place++, (channel * height + i * strideHeight + u * dilationHeight) * width + j * strideWidth + v * dilationWidth);
          }
        }
      }
    }
  }
}

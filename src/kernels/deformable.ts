import type { ConvolutionSizes } from './convolution.ts';

/**
 * Deformable 2-D convolution: each kernel element samples bilinearly at its position plus an offset, scaled by a mask. `offset` is [batch,
 * offsetGroups * taps * 2, outH, outW] with pairs (height, width), `mask` is [batch, offsetGroups * taps, outH, outW]. Depth axes must be
 * 1.
 */
export function convolveDeformable(
  x: ArrayLike<number>,
  weight: ArrayLike<number>,
  offset: ArrayLike<number>,
  bias: ArrayLike<number> | undefined,
  mask: ArrayLike<number> | undefined,
  offsetGroups: number,
  sizes: ConvolutionSizes,
): Float64Array {
  const { batch, inputChannels, outputChannels, groups } = sizes;
  const [, height, width] = sizes.input;
  const [, outputHeight, outputWidth] = sizes.output;
  const [, kernelHeight, kernelWidth] = sizes.kernel;
  const taps = kernelHeight * kernelWidth;
  const cells = outputHeight * outputWidth;
  const inputs = inputChannels / groups;
  const result = new Float64Array(batch * outputChannels * cells);
  for (let n = 0; n < batch; n++) {
    for (let channel = 0; channel < inputChannels; channel++) {
      const plane = (n * inputChannels + channel) * height * width;
      const offsetGroup = Math.floor((channel * offsetGroups) / inputChannels);
      const group = Math.floor(channel / inputs);
      for (let tap = 0; tap < taps; tap++) {
        const field = (n * offsetGroups + offsetGroup) * taps + tap;
        for (let cell = 0; cell < cells; cell++) {
          const row =
            Math.floor(cell / outputWidth) * sizes.stride[1] - sizes.padBegin[1] + Math.floor(tap / kernelWidth) * sizes.dilation[1];
          const column = (cell % outputWidth) * sizes.stride[2] - sizes.padBegin[2] + (tap % kernelWidth) * sizes.dilation[2];
          const y = row + (offset[field * 2 * cells + cell] ?? 0);
          const z = column + (offset[(field * 2 + 1) * cells + cell] ?? 0);
          const value = sample(x, plane, height, width, y, z) * (mask === undefined ? 1 : (mask[field * cells + cell] ?? 0));
          for (let own = 0; own < outputChannels / groups; own++) {
            const output = group * (outputChannels / groups) + own;
            const factor = weight[(output * inputs + (channel - group * inputs)) * taps + tap] ?? 0;
            const target = (n * outputChannels + output) * cells + cell;
            result[target] = (result[target] ?? 0) + value * factor;
          }
        }
      }
    }
  }
  if (bias !== undefined) {
    for (let index = 0; index < result.length; index++) {
      result[index] = (result[index] ?? 0) + (bias[Math.floor(index / cells) % outputChannels] ?? 0);
    }
  }
  return result;
}

/** Bilinear sample of a plane. Elements outside it are 0. */
function sample(x: ArrayLike<number>, plane: number, height: number, width: number, y: number, z: number): number {
  if (y <= -1 || y >= height || z <= -1 || z >= width) return 0;
  const top = Math.floor(y);
  const left = Math.floor(z);
  const at = (row: number, column: number): number =>
    row < 0 || row >= height || column < 0 || column >= width ? 0 : (x[plane + row * width + column] ?? 0);
  const down = y - top;
  const right = z - left;
  return (
    (1 - down) * ((1 - right) * at(top, left) + right * at(top, left + 1)) +
    down * ((1 - right) * at(top + 1, left) + right * at(top + 1, left + 1))
  );
}

import { type WindowAxisParams, windowAxisParams } from '../../windowAxes.ts';
import { exactArithmetic } from '../arithmetic.ts';
import { type BlobData, extents, type Kernel, type LayerCall, LayerError, requireThat } from '../call.ts';
import { along, type Borders, declaredBorders, sameBorders, windowAxisValues } from '../window.ts';

const largest = 3.4028234663852886e38;

/** The number of elements that take about as much memory as one window. */
const wordsOfWindow = 16;

/** The cells of each window along an axis, which may be in the padding, and the cells that count in an average. */
interface WindowAxis {
  readonly size: number;
  readonly windows: readonly { readonly first: number; readonly end: number; readonly from: number; readonly until: number }[];
}

function pooling(call: LayerCall, axes: readonly WindowAxisParams[]): readonly BlobData[] {
  const bottom = call.bottom(0);
  const { w, h, d, c, dims } = extents(bottom);
  requireThat(dims <= axes.length + 1, `a blob of ${dims} dims has too many`);
  const channels = axes.length === 1 ? h : c;
  const known = { w, h, d };
  const sizes = axes.map(({ letter }) => known[letter]);
  const average = call.number('pooling_type') === 1;
  requireThat(average || call.number('pooling_type') === 0, `unknown pooling type ${call.number('pooling_type')}`);
  if (call.number('global_pooling')) {
    const whole = sizes.map((size): WindowAxis => ({ size, windows: [{ first: 0, end: size, from: 0, until: size }] }));
    return [{ ...pooled(call, bottom, channels, whole, average, undefined), shape: [channels] }];
  }
  if (call.number('adaptive_pooling')) {
    const outputSizes = windowAxisValues(call, 'out', axes).map((size, axis) =>
      size === -233 && axes.length > 1 ? (sizes[axis] ?? 1) : size,
    );
    requireThat(
      outputSizes.every((size) => size > 0),
      'the output size is missing',
    );
    if (axes.length > 1 && outputSizes.join() === sizes.join()) return [bottom];
    return [
      pooled(
        call,
        bottom,
        channels,
        sizes.map((size, axis) => adaptive(call, size, outputSizes[axis] ?? 1)),
        average,
        undefined,
      ),
    ];
  }
  return [sliding(call, bottom, axes, channels, sizes, average)];
}

function adaptive(call: LayerCall, size: number, count: number): WindowAxis {
  call.spend('elements', wordsOfWindow * count);
  const windows = Array.from({ length: count }, (_, index) => {
    const first = Math.floor((size * index) / count);
    const end = Math.floor((size * (index + 1) + count - 1) / count);
    return { first, end, from: first, until: end };
  });
  return { size, windows };
}

function sliding(
  call: LayerCall,
  bottom: BlobData,
  axes: readonly WindowAxisParams[],
  channels: number,
  sizes: readonly number[],
  average: boolean,
): BlobData {
  const [kernel, stride] = [windowAxisValues(call, 'kernel', axes), windowAxisValues(call, 'stride', axes)];
  requireThat(
    [...kernel, ...stride].every((size) => size > 0),
    'the kernel or stride is missing',
  );
  const mode = call.number('pad_mode');
  const declared = declaredBorders(call, axes);
  const border = borderOf(mode, declared, { sizes, kernel, stride, dilation: kernel.map(() => 1) });
  const counted = call.number('avgpool_count_include_pad') !== 0;
  const windowAxes = sizes.map((size, axis): WindowAxis => {
    const [length, step, before, after] = [kernel[axis] ?? 1, stride[axis] ?? 1, border.before[axis] ?? 0, border.after[axis] ?? 0];
    const room = size + before + after - length;
    requireThat(room >= 0, `a kernel of ${length} does not fit on axis ${axes[axis]?.letter} of ${size}`);
    // In full mode, the last window may reach into additional padding, which does not count unless the declared padding counts.
    const tail = mode === 0 && room % step !== 0 ? step - (room % step) : 0;
    const total = size + before + after + tail;
    // The declared padding is excluded, even if the computed padding differs from it.
    const lowest = (declared.before[axis] ?? 0) - before;
    const highest = total - (declared.after[axis] ?? 0) - tail - before;
    const count = Math.floor((room + tail) / step) + 1;
    call.spend('elements', wordsOfWindow * count);
    const windows = Array.from({ length: count }, (_, index) => {
      const first = index * step - before;
      const end = first + length;
      return { first, end, from: counted ? first : Math.max(first, lowest), until: counted ? end : Math.min(end, highest) };
    });
    return { size, windows };
  });
  return pooled(call, bottom, channels, windowAxes, average, counted ? along(kernel) : undefined);
}

function borderOf(
  mode: number,
  declared: Borders,
  spatial: { sizes: readonly number[]; kernel: readonly number[]; stride: readonly number[]; dilation: readonly number[] },
): Borders {
  switch (mode) {
    case 0:
    case 1:
      requireThat(
        [...declared.before, ...declared.after].every((size) => size >= 0),
        'a border cannot be negative',
      );
      return declared;
    case 2:
    case 3:
      return sameBorders(spatial, spatial.kernel, mode === 2);
    default:
      throw new LayerError(`unknown pad mode ${mode}`);
  }
}

/** The largest number of cells of a window that are outside the padding. */
function largestWindow({ size, windows }: WindowAxis): number {
  return windows.reduce((max, { first, end }) => Math.max(max, Math.min(end, size) - Math.max(first, 0)), 1);
}

/** Pools each channel. An average is divided by `count`, or by the number of counted cells if `count` is `undefined`. */
function pooled(
  call: LayerCall,
  bottom: BlobData,
  channels: number,
  axes: readonly WindowAxis[],
  average: boolean,
  count: number | undefined,
): BlobData {
  const one: WindowAxis = { size: 1, windows: [{ first: 0, end: 1, from: 0, until: 1 }] };
  const [x = one, y = one, z = one] = [...axes].reverse();
  const result = call.newBlob([channels, ...axes.map(({ windows }) => windows.length)]);
  const { values } = bottom;
  // The average over a whole channel is computed in float32.
  const round = call.number('global_pooling') ? exactArithmetic.round : call.arithmetic.round;
  call.spend(
    'steps',
    axes.reduce((product, axis) => product * largestWindow(axis), result.values.length),
  );
  let target = 0;
  for (let channel = 0; channel < channels; channel++) {
    const plane = channel * z.size * y.size * x.size;
    for (const layer of z.windows) {
      for (const row of y.windows) {
        for (const column of x.windows) {
          let sum = 0;
          let best = -largest;
          const [z0, z1] = [Math.max(layer.first, 0), Math.min(layer.end, z.size)];
          const [y0, y1] = [Math.max(row.first, 0), Math.min(row.end, y.size)];
          const [x0, x1] = [Math.max(column.first, 0), Math.min(column.end, x.size)];
          for (let i = z0; i < z1; i++) {
            for (let j = y0; j < y1; j++) {
              const first = plane + (i * y.size + j) * x.size;
              for (let k = x0; k < x1; k++) {
                const value = values[first + k] ?? 0;
                if (average) sum = round(sum + value);
                else if (value > best) best = value;
              }
            }
          }
          const cells = Math.max(layer.until - layer.from, 0) * Math.max(row.until - row.from, 0) * Math.max(column.until - column.from, 0);
          result.values[target++] = average ? sum * round(1 / (count ?? cells)) : best;
        }
      }
    }
  }
  return result;
}

export const poolingKernel: Kernel = (call) => pooling(call, windowAxisParams[2]);

export const pooling1DKernel: Kernel = (call) => pooling(call, windowAxisParams[1]);

export const pooling3DKernel: Kernel = (call) => pooling(call, windowAxisParams[3]);

import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Operators that move elements between channels and the plane, and sliding blocks as columns. */
export const channelsFamily: AtenFamily = [
  atenOperator('pixel_shuffle(Tensor self, int upscale_factor) -> Tensor', (call) =>
    fourAxes(call, call.input('self'), (value) =>
      call.emit('DepthToSpace', [value], { blocksize: call.int('upscale_factor'), mode: 'CRD' }),
    ),
  ),
  atenOperator('pixel_unshuffle(Tensor self, int downscale_factor) -> Tensor', (call) =>
    fourAxes(call, call.input('self'), (value) => unshuffled(call, value, call.int('downscale_factor'))),
  ),
  atenOperator('channel_shuffle(Tensor self, SymInt groups) -> Tensor', (call) => shuffled(call, call.int('groups'))),
  atenOperator('native_channel_shuffle(Tensor self, SymInt groups) -> Tensor', (call) => shuffled(call, call.int('groups'))),
  atenOperator('im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor', columns),
  atenOperator(
    'col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) -> Tensor',
    (call) => {
      const value = call.input('self');
      const padding = call.ints('padding', 2);
      const image = (columnsValue: string): string =>
        call.emit('Col2Im', [columnsValue, call.integers(call.ints('output_size', 2)), call.integers(call.ints('kernel_size', 2))], {
          strides: call.ints('stride', 2),
          dilations: call.ints('dilation', 2),
          pads: [...padding, ...padding],
        });
      return call.rankOf(value) === 2 ? call.squeeze(image(call.unsqueeze(value, [0])), [0]) : image(value);
    },
  ),
];

/** Computes on images [N, C, H, W], with all axes before the channels merged. */
function fourAxes(call: AtenCall, value: string, compute: (value: string) => string): string {
  const sizes = call.sizeArguments(value);
  if (sizes.length === 4) return compute(value);
  const front = sizes.slice(0, -3);
  const count = front.length === 0 ? 1 : -1;
  const result = compute(call.resize(value, [count, ...sizes.slice(-3)]));
  return call.resize(result, [...front, ...call.sizeArguments(result).slice(1)]);
}

/** Each channel becomes one channel per position in a block; the channels of one original channel are consecutive. */
function unshuffled(call: AtenCall, value: string, factor: number): string {
  const [samples, , ,] = call.sizeArguments(value);
  const [channels, height, width] = [1, 2, 3].map((axis) => call.sizeOfAxis(value, axis));
  if (samples === undefined || channels === undefined || height === undefined || width === undefined) return value;
  const blocks = call.resize(value, [samples, channels, height / factor, factor, width / factor, factor]);
  const ordered = call.transpose(blocks, [0, 1, 3, 5, 2, 4]);
  return call.resize(ordered, [samples, channels * factor * factor, height / factor, width / factor]);
}

function shuffled(call: AtenCall, groups: number): string {
  const value = call.input('self');
  const sizes = call.sizeArguments(value);
  const channels = call.sizeOfAxis(value, 1);
  const [samples = 1, , ...places] = sizes;
  const grouped = call.resize(value, [samples, groups, channels / groups, ...places]);
  const perm = [0, 2, 1, ...places.map((_, axis) => axis + 3)];
  return call.resize(call.transpose(grouped, perm), sizes);
}

/** Sliding blocks of an image [N, C, H, W] as columns [N, C · taps, positions]. */
function columns(call: AtenCall): string {
  const value = call.input('self');
  const padding = call.ints('padding', 2);
  const columnsOf = (image: string): string =>
    call.emit('ncnn:Im2Col', [image], {
      kernel_shape: call.ints('kernel_size', 2),
      strides: call.ints('stride', 2),
      dilations: call.ints('dilation', 2),
      pads: [...padding, ...padding],
    });
  return call.rankOf(value) === 3 ? call.squeeze(columnsOf(call.unsqueeze(value, [0])), [0]) : columnsOf(value);
}

import type { BlobDimension, BlobShape } from '../../../net/net.ts';
import {
  type CaffeShape,
  type ConvertLayer,
  fixed,
  fixedProduct,
  inputAt,
  invalid,
  type LayerContext,
  type LayerRules,
  onlyInput,
  positiveAxis,
  refuseBatchAxis,
  storedShape,
  unsupported,
  usualValue,
  type Value,
} from '../layer.ts';
import { bottomAxisView, channelsFirst, sameAs } from './axes.ts';
import { permutedValue } from './permute.ts';

/** The same elements with another shape, stored in its default shape. */
function reshaped(context: LayerContext, value: Value, shape: CaffeShape): Value {
  const blobShape = storedShape(shape);
  const known = [...shape, ...value.shape].every((axis) => typeof axis === 'number');
  if (known && fixedProduct(shape) !== fixedProduct(value.shape)) {
    throw invalid(`[${value.shape.join(', ')}] and [${shape.join(', ')}] have different numbers of elements`);
  }
  return { blob: context.view(value, blobShape), shape, blobShape };
}

const flatten: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { shape } = value;
  const { axis = 1, end_axis: end = -1 } = context.message.flatten_param ?? {};
  const from = positiveAxis(axis, shape.length);
  const to = positiveAxis(end, shape.length);
  if (from === 0) refuseBatchAxis(context, 'flattening');
  if (to < from) throw invalid(`\`end_axis\` ${end} is before \`axis\` ${axis}`);
  const part = shape.slice(from, to + 1);
  const size = part.every((entry) => typeof entry === 'number') ? fixedProduct(part) : context.symbol('size');
  return [reshaped(context, value, [...shape.slice(0, from), size, ...shape.slice(to + 1)])];
};

const reshape: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { shape } = value;
  const { shape: target, axis = 0, num_axes: count = -1 } = context.message.reshape_param ?? {};
  if (target === undefined) throw invalid('`reshape_param` with `shape` is missing');
  const from = axis < 0 ? axis + shape.length + 1 : axis;
  if (from < 0 || from > shape.length) throw invalid(`axis ${axis} is out of range for a blob of ${shape.length} axes`);
  const to = count === -1 ? shape.length : from + count;
  if (to > shape.length) throw invalid(`\`num_axes\` is ${count}, but only ${shape.length - from} axes are left`);
  const before = shape.slice(0, from);
  const after = shape.slice(to);
  const copied = target.dim.map((size, index): BlobDimension => {
    if (size !== 0) return size;
    const copiedSize = shape[from + index];
    if (copiedSize === undefined) throw invalid(`size ${index} of \`shape\` is to be copied, but the bottom has no such axis`);
    return copiedSize;
  });
  const { batch } = context;
  // A net declared for N samples is converted for one.
  const one = from === 0 && batch > 1 && copied[0] === batch ? [1, ...copied.slice(1)] : copied;
  const whole = [...before, ...one, ...after];
  const inferredSizes = whole.filter((size) => size === -1).length;
  if (inferredSizes > 1) throw invalid('more than one size is to be inferred');
  const known = whole.filter((size) => size !== -1);
  const resolved = whole.map((size): BlobDimension => {
    if (size !== -1) return size;
    if (![...shape, ...known].every((entry) => typeof entry === 'number')) return context.symbol('size');
    const inferred = fixedProduct(shape) / fixedProduct(known);
    if (!Number.isInteger(inferred)) throw invalid(`[${shape.join(', ')}] cannot be reshaped to [${whole.join(', ')}]`);
    return inferred;
  });
  if (batch > 1 && resolved[0] !== 1) refuseBatchAxis(context, 'the new shape');
  return [reshaped(context, value, resolved)];
};

const permute: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const listed = context.message.permute_param?.order ?? [];
  const rank = value.shape.length;
  const unlisted = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !listed.includes(axis));
  const order = [...listed, ...unlisted];
  if (new Set(order).size !== rank || order.length !== rank) throw invalid(`[${listed.join(', ')}] is not a permutation of ${rank} axes`);
  if (order[0] !== 0) refuseBatchAxis(context, 'the order');
  return [permutedValue(context, value, order)];
};

const concat: ConvertLayer = (context) => {
  const first = inputAt(context, 0);
  const param = context.message.concat_param;
  const axis = positiveAxis(param?.axis ?? param?.concat_dim ?? 1, first.shape.length);
  if (context.inputs.length === 1) return [first];
  const other = context.inputs.find(
    ({ shape }) => shape.length !== first.shape.length || shape.some((size, index) => index !== axis && differs(size, first.shape[index])),
  );
  if (other !== undefined) {
    throw invalid(`[${first.shape.join(', ')}] and [${other.shape.join(', ')}] differ in more than axis ${axis}`);
  }
  const views = context.inputs.map((input) => bottomAxisView(context, input, axis));
  const sizes = context.inputs.map(({ shape }) => shape[axis] ?? 1);
  const size = sizes.every((entry) => typeof entry === 'number')
    ? sizes.reduce<number>((sum, entry) => sum + Number(entry), 0)
    : context.symbol('size');
  const [view] = views;
  if (view === undefined) throw invalid('no inputs to concatenate');
  const blobShape = view.shape.map((entry, index) => (index === view.axis ? size : entry));
  const blob = context.emit(
    'Concat',
    { axis: view.axis },
    views.map((entry) => entry.blob),
    blobShape,
  );
  return [{ blob, shape: first.shape.map((entry, index) => (index === axis ? size : entry)), blobShape }];
};

function differs(left: BlobDimension, right: BlobDimension | undefined): boolean {
  return typeof left === 'number' && typeof right === 'number' && left !== right;
}

const slice: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const param = context.message.slice_param;
  const { shape } = value;
  const axis = positiveAxis(param?.axis ?? param?.slice_dim ?? 1, shape.length);
  const tops = context.message.top.length;
  const size = fixed([shape[axis] ?? 1])[0] ?? 1;
  const points = param?.slice_point ?? [];
  if (points.length > 0 && points.length !== tops - 1) throw invalid(`expected ${tops - 1} slice points, got ${points.length}`);
  if (points.length === 0 && size % tops !== 0) throw invalid(`${size} elements cannot be divided evenly into ${tops} tops`);
  const ends = points.length > 0 ? [...points, size] : Array.from({ length: tops }, (_, index) => ((index + 1) * size) / tops);
  const slices = ends.map((end, index) => end - (ends[index - 1] ?? 0));
  if (slices.some((length) => length < 1)) throw invalid(`the slice points [${points.join(', ')}] do not ascend within ${size}`);
  if (tops === 1) return [value];
  const view = bottomAxisView(context, value, axis);
  const shapes = slices.map((length) => view.shape.map((entry, index) => (index === view.axis ? length : entry)));
  const blobs = context.emitMany('Slice', { slices, axis: view.axis }, [view.blob], shapes);
  return blobs.map(
    (blob, index): Value => ({
      blob,
      shape: shape.map((entry, at) => (at === axis ? (slices[index] ?? 1) : entry)),
      blobShape: shapes[index] ?? [],
    }),
  );
};

/** Crops the bottom to the size of a reference, from an axis on. */
const crop: ConvertLayer = (context) => {
  const value = inputAt(context, 0);
  const reference = inputAt(context, 1);
  const { axis = 2, offset = [] } = context.message.crop_param ?? {};
  const { shape } = value;
  const from = positiveAxis(axis, shape.length);
  if (reference.shape.length !== shape.length) throw invalid(`the bottoms have ${shape.length} and ${reference.shape.length} axes`);
  if (from === 0) refuseBatchAxis(context, 'cropping');
  const axes = shape.length - from;
  if (offset.length > 1 && offset.length !== axes) throw invalid(`expected 1 or ${axes} offsets, got ${offset.length}`);
  const sizes = fixed([...shape.slice(from), ...reference.shape.slice(from)]);
  const cuts = Array.from({ length: axes }, (_, index) => {
    const start = offset.length > 1 ? (offset[index] ?? 0) : (offset[0] ?? 0);
    const size = sizes[index] ?? 1;
    const length = sizes[axes + index] ?? 1;
    if (start + length > size) throw invalid(`${length} elements from ${start} on extend beyond the size ${size} of axis ${from + index}`);
    return { axis: from + index, start, length, whole: start === 0 && length === size };
  }).filter(({ whole }) => !whole);
  let result = value;
  if (cuts.length > 0) {
    const blobShape = storedShape(shape);
    const left = shape.length > 1 && shape[0] === 1 ? 1 : 0;
    if (shape.length - left !== blobShape.length || cuts.some((cut) => cut.axis < left))
      throw unsupported('the blob has more axes than ncnn can crop');
    const cropped = blobShape.map((size, index) => cuts.find((cut) => cut.axis - left === index)?.length ?? size);
    const params = {
      starts: cuts.map(({ start }) => start),
      ends: cuts.map(({ start, length }) => start + length),
      axes: cuts.map((cut) => cut.axis - left),
    };
    const blob = context.emit('Crop', params, [context.view(value, blobShape)], cropped);
    result = { blob, shape: [...shape.slice(0, from), ...reference.shape.slice(from)], blobShape: cropped };
  }
  return [result];
};

const tile: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { axis = 1, tiles } = context.message.tile_param ?? {};
  if (tiles === undefined || tiles < 1) throw invalid('`tile_param` with `tiles` is missing');
  if (tiles === 1) return [value];
  const at = positiveAxis(axis, value.shape.length);
  const view = bottomAxisView(context, value, at);
  const [size = 1] = fixed([value.shape[at] ?? 1]);
  const grow = (shape: BlobShape, where: number): BlobShape => shape.map((entry, index) => (index === where ? size * tiles : entry));
  const blobShape = grow(view.shape, view.axis);
  const blob = context.emit('Tile', { axis: view.axis, tiles }, [view.blob], blobShape);
  return [{ blob, shape: grow(value.shape, at), blobShape }];
};

const shuffle: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { group = 1 } = context.message.shuffle_channel_param ?? {};
  const { blob, shape } = channelsFirst(context, value);
  const [channels = 1, height = 1, width = 1] = shape;
  if (typeof channels === 'number' && channels % group !== 0) throw invalid(`${channels} channels cannot be divided into ${group} groups`);
  if (group === 1) return [value];
  const blobShape = [channels, height, width];
  const source = context.view({ ...value, blob, blobShape: shape }, blobShape);
  return [sameAs(value, context.emit('ShuffleChannel', { group }, [source], blobShape), blobShape)];
};

/** Darknet's reorg: reads the blob as fewer channels of a larger image, and moves its blocks to the channels. */
const reorg: ConvertLayer = (context) => {
  const value = onlyInput(context);
  const { stride = 1, reverse = false } = context.message.reorg_param ?? {};
  const [, channels = 1, height = 1, width = 1] = fixed(value.shape);
  if (stride === 1) return [value];
  const square = stride * stride;
  if (channels % square !== 0) throw invalid(`${channels} channels cannot be divided into blocks of ${square}`);
  const large = [channels / square, height * stride, width * stride];
  if (reverse) {
    const source = context.view(value, [channels, height, width]);
    const blob = context.emit('PixelShuffle', { upscale_factor: stride, mode: 1 }, [source], large);
    return [usualValue(blob, [1, ...large])];
  }
  if (height % stride !== 0 || width % stride !== 0)
    throw invalid(`an image of ${height}×${width} cannot be divided into blocks of ${stride}`);
  const blob = context.emit('Reorg', { stride, mode: 1 }, [context.view(value, large)], [channels, height, width]);
  return [
    reshaped(context, { blob, shape: value.shape, blobShape: [channels, height, width] }, [
      1,
      channels * square,
      height / stride,
      width / stride,
    ]),
  ];
};

const split: ConvertLayer = (context) => {
  const value = onlyInput(context);
  return context.message.top.map(() => value);
};

export const movementLayerRules: LayerRules = {
  Concat: concat,
  Crop: crop,
  Flatten: flatten,
  Permute: permute,
  Reorg: reorg,
  Reshape: reshape,
  ShuffleChannel: shuffle,
  Slice: slice,
  Split: split,
  Tile: tile,
};

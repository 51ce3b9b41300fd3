import {
  around,
  axisOf,
  type Blob,
  elements,
  extents,
  type Kernel,
  type KernelFamily,
  type LayerCall,
  LayerError,
  newBlob,
  requireThat,
  reshaped,
  shapeOf,
} from './call.ts';

/** Layers that only see the same elements with another shape. */

/** ncnn's mark for a parameter that is not given. */
const notGiven = -233;

const reshape: Kernel = (call) => {
  const bottom = call.bottom(0);
  requireThat(call.text('shape_expr') === '', 'its shape is an expression');
  requireThat(call.number('input_batch_axis') === 233 && call.number('output_batch_axis') === 233, 'it reshapes the batch');
  const { w, h, d, c } = extents(bottom);
  const sizes = { w: call.number('w'), h: call.number('h'), c: call.number('c'), d: call.number('d') };
  const dims = sizes.w === notGiven ? 0 : sizes.h === notGiven ? 1 : sizes.c === notGiven ? 2 : sizes.d === notGiven ? 3 : 4;
  requireThat(dims > 0, 'it has no sizes');
  const wanted = shapeOf(dims, {
    w: sizes.w === 0 ? w : sizes.w,
    h: sizes.h === 0 ? h : sizes.h,
    d: sizes.d === 0 ? d : sizes.d,
    c: sizes.c === 0 ? c : sizes.c,
  });
  const known = elements(wanted.filter((size) => size !== -1));
  requireThat(wanted.filter((size) => size === -1).length <= 1, 'more than one size is to be computed');
  return [
    reshaped(
      bottom,
      wanted.map((size) => (size === -1 ? Math.trunc(bottom.values.length / known) : size)),
    ),
  ];
};

const squeeze: Kernel = (call) => {
  const bottom = call.bottom(0);
  const dims = bottom.shape.length;
  const axes = call.numbers('axes').map((axis) => (axis < 0 ? axis + dims : axis));
  const names = { 1: ['w'], 2: ['h', 'w'], 3: ['c', 'h', 'w'], 4: ['c', 'd', 'h', 'w'] }[dims] ?? [];
  const chosen = (axis: number): boolean => (axes.length > 0 ? axes.includes(axis) : call.number(`squeeze_${names[axis]}`) !== 0);
  const kept = bottom.shape.filter((size, axis) => size !== 1 || !chosen(axis));
  return [reshaped(bottom, kept.length > 0 ? kept : [1])];
};

const expandDims: Kernel = (call) => {
  const bottom = call.bottom(0);
  const given = call.numbers('axes');
  const dims = bottom.shape.length + given.length;
  requireThat(dims <= 4, `the result would have ${dims} dims`);
  const axes = new Set(given.map((axis) => axisOf(axis, dims)));
  requireThat(axes.size === given.length, 'an axis is given twice');
  const rest = [...bottom.shape];
  return [
    reshaped(
      bottom,
      Array.from({ length: dims }, (_, axis) => (axes.has(axis) ? 1 : (rest.shift() ?? 1))),
    ),
  ];
};

const memoryData: Kernel = (call) => {
  const sizes = { w: call.number('w'), h: call.number('h'), d: call.number('d'), c: call.number('c') };
  const { w, h, d, c } = sizes;
  const dims = d !== 0 ? 4 : c !== 0 ? 3 : h !== 0 ? 2 : 1;
  requireThat(w !== 0, 'it has no sizes');
  return [{ shape: shapeOf(dims, sizes), values: call.weight(0) }];
};

/** Moves whole elements: the value at each place of the result comes from a place of the bottom. */
function permute(call: LayerCall): readonly Blob[] {
  const bottom = call.bottom(0);
  const order = permutation(call.number('order_type'), bottom.shape.length);
  return [permuted(bottom, order)];
}

/** The axes in the order they get, outermost first: ncnn counts the permutations in lexicographic order. */
function permutation(code: number, dims: number): readonly number[] {
  const rest = Array.from({ length: dims }, (_, axis) => axis);
  if (dims === 1) return rest;
  const result: number[] = [];
  let index = code;
  for (let left = dims; left > 0; left--) {
    const below = [1, 1, 2, 6][left - 1] ?? 1;
    const [axis] = rest.splice(Math.floor(index / below), 1);
    if (axis === undefined) throw new LayerError(`order ${code} does not exist for ${dims} dims`);
    result.push(axis);
    index %= below;
  }
  return result;
}

/** The blob with its axes in another order. */
export function permuted(bottom: Blob, order: readonly number[]): Blob {
  const strides = bottom.shape.map((_, axis) => elements(bottom.shape.slice(axis + 1)));
  const result = newBlob(order.map((axis) => bottom.shape[axis] ?? 1));
  const { c, d, h, w } = extents(result);
  const steps = Array.from({ length: 4 }, (_, place) => strides[order[place - (4 - order.length)] ?? -1] ?? 0);
  // With three dims, the missing depth stands between channels and rows.
  const [stepC = 0, stepD = 0, stepH = 0, stepW = 0] = order.length === 3 ? [steps[1] ?? 0, 0, steps[2] ?? 0, steps[3] ?? 0] : steps;
  let target = 0;
  for (let q = 0; q < c; q++) {
    for (let z = 0; z < d; z++) {
      for (let y = 0; y < h; y++) {
        let source = q * stepC + z * stepD + y * stepH;
        for (let x = 0; x < w; x++, source += stepW) result.values[target++] = bottom.values[source] ?? 0;
      }
    }
  }
  return result;
}

const concat: Kernel = (call) => {
  const first = call.bottom(0);
  const axis = first.shape.length === 1 ? 0 : axisOf(call.number('axis'), first.shape.length);
  const signature = ({ shape }: Blob): string => shape.map((size, place) => (place === axis ? 'n' : size)).join();
  requireThat(
    call.bottoms.every((bottom) => signature(bottom) === signature(first)),
    `shapes ${call.bottoms.map(({ shape }) => `[${shape.join(',')}]`).join(', ')} do not join at axis ${axis}`,
  );
  const total = call.bottoms.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const result = newBlob(first.shape.map((size, place) => (place === axis ? total : size)));
  const [before, , after] = around(first.shape, axis);
  let offset = 0;
  for (const { shape, values } of call.bottoms) {
    const run = (shape[axis] ?? 0) * after;
    for (let outer = 0; outer < before; outer++) {
      result.values.set(values.subarray(outer * run, (outer + 1) * run), outer * total * after + offset);
    }
    offset += run;
  }
  return [result];
};

/** A part of a blob along one axis. */
function part(bottom: Blob, axis: number, start: number, length: number): Blob {
  const [before, size, after] = around(bottom.shape, axis);
  requireThat(length > 0 && start >= 0 && start + length <= size, `elements ${start} to ${start + length} are taken of ${size}`);
  const result = newBlob(bottom.shape.map((value, place) => (place === axis ? length : value)));
  for (let outer = 0; outer < before; outer++) {
    const first = (outer * size + start) * after;
    result.values.set(bottom.values.subarray(first, first + length * after), outer * length * after);
  }
  return result;
}

const slice: Kernel = (call) => {
  const bottom = call.bottom(0);
  const axis = bottom.shape.length === 1 ? 0 : axisOf(call.number('axis'), bottom.shape.length);
  const size = bottom.shape[axis] ?? 0;
  const [slices, indices] = [call.numbers('slices'), call.numbers('indices')];
  const count = call.layer.tops.length;
  let start = 0;
  return call.layer.tops.map((_, top) => {
    let length: number;
    if (indices.length > 0) {
      const index = indices[top] ?? 0;
      requireThat(top === count - 1 || index !== undefined, 'there are too few indices');
      length = (top === count - 1 ? size : index < 0 ? index + size : index) - start;
    } else {
      const given = slices[top];
      if (given === undefined) throw new LayerError(`there are ${slices.length} slices for ${count} tops`);
      length = given === notGiven ? Math.trunc((size - start) / (count - top)) : given;
    }
    const result = part(bottom, axis, start, length);
    start += length;
    return result;
  });
};

/** Axis names by dims, outermost first, as parameters spell them. */
const axisNames: Readonly<Record<number, readonly string[]>> = { 1: ['w'], 2: ['h', 'w'], 3: ['c', 'h', 'w'], 4: ['c', 'd', 'h', 'w'] };

const crop: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { shape } = bottom;
  const names = axisNames[shape.length] ?? [];
  requireThat(call.text('starts_expr') === '' && call.text('ends_expr') === '', 'its ranges are expressions');
  const given = cropRanges(call, shape, names);
  let result = bottom;
  for (const [axis, [start, length]] of given.entries()) {
    if (start !== 0 || length !== shape[axis]) result = part(result, axis, start, length);
  }
  return [result];
};

function cropRanges(call: LayerCall, shape: readonly number[], names: readonly string[]): readonly (readonly [number, number])[] {
  const [starts, ends, axes] = [call.numbers('starts'), call.numbers('ends'), call.numbers('axes')];
  const offset = (name: string): number => call.number(`${name}offset`);
  if (call.bottoms.length > 1) {
    const reference = call.bottom(1);
    if (offset('w') === notGiven) {
      const numbers = new Int32Array(reference.values.buffer, reference.values.byteOffset, reference.values.length);
      const order = [...names].reverse();
      // Offsets of w, h, d and c, then as many sizes; with three dims or fewer there is no depth.
      const half = shape.length === 4 ? 4 : 3;
      const place = (name: string): number => (half === 4 ? ['w', 'h', 'd', 'c'] : ['w', 'h', 'c']).indexOf(name);
      return order.reverse().map((name) => [numbers[place(name)] ?? 0, numbers[half + place(name)] ?? 0]);
    }
    const sizes = extents(reference);
    return names.map((name, axis) => {
      const wanted: Readonly<Record<string, number>> = { w: sizes.w, h: sizes.h, d: sizes.d, c: sizes.c };
      const kept = name === 'c' && reference.shape.length !== shape.length;
      return [offset(name), kept ? (shape[axis] ?? 1) : (wanted[name] ?? 1)];
    });
  }
  if (starts.length > 0 && ends.length > 0) {
    const ranges = shape.map((size): readonly [number, number] => [0, size]);
    const chosen = axes.length > 0 ? axes.map((axis) => axisOf(axis, shape.length)) : shape.map((_, axis) => axis);
    for (const [place, axis] of chosen.entries()) {
      const size = shape[axis] ?? 1;
      const [start = 0, end = 0] = [starts[place], ends[place]];
      const first = start === notGiven ? 0 : start >= 0 ? start : size + start;
      const last = Math.min(size, end === notGiven ? size : end > 0 ? end : size + end);
      ranges[axis] = [first, last - first];
    }
    return ranges;
  }
  return names.map((name, axis) => {
    const rest = (shape[axis] ?? 1) - offset(name) - call.number(`${name}offset2`);
    const wanted = call.number(`out${name}`);
    return [offset(name), wanted === notGiven ? rest : Math.min(wanted, rest)];
  });
}

const tile: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, d, c, dims } = extents(bottom);
  const repeats = call.numbers('repeats');
  const names = axisNames[Math.max(dims, repeats.length)] ?? [];
  const times: Record<string, number> = { w: 1, h: 1, d: 1, c: 1 };
  if (repeats.length === 0) {
    const name = dims === 1 ? 'w' : names[call.number('axis')];
    requireThat(name !== undefined, `axis ${call.number('axis')} does not exist in a blob of ${dims} dims`);
    if (name !== undefined) times[name] = call.number('tiles');
  } else {
    const own = repeats.length === 3 && dims === 4 ? ['d', 'h', 'w'] : (axisNames[repeats.length] ?? []);
    for (const [place, name] of own.entries()) times[name] = repeats[place] ?? 1;
  }
  const { w: tw = 1, h: th = 1, d: td = 1, c: tc = 1 } = times;
  const result = newBlob(shapeOf(names.length, { w: w * tw, h: h * th, d: d * td, c: c * tc }));
  let target = 0;
  for (let q = 0; q < c * tc; q++) {
    for (let z = 0; z < d * td; z++) {
      for (let y = 0; y < h * th; y++) {
        const row = (((q % c) * d + (z % d)) * h + (y % h)) * w;
        for (let x = 0; x < w * tw; x++) result.values[target++] = bottom.values[row + (x % w)] ?? 0;
      }
    }
  }
  return [result];
};

const flip: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { shape } = bottom;
  const given = call.numbers('axes');
  const axes = shape.length === 1 && given.length > 0 ? [0] : given.map((axis) => axisOf(axis, shape.length));
  let { values } = bottom;
  for (const axis of new Set(axes)) {
    const [before, size, after] = around(shape, axis);
    const flipped = new Float32Array(values.length);
    for (let outer = 0; outer < before; outer++) {
      for (let step = 0; step < size; step++) {
        const first = (outer * size + step) * after;
        flipped.set(values.subarray(first, first + after), (outer * size + size - 1 - step) * after);
      }
    }
    values = flipped;
  }
  return [{ shape, values }];
};

const shuffleChannel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { c, size } = extents(bottom);
  const given = call.number('group');
  requireThat(given > 0 && c % given === 0, `${c} channels do not make ${given} groups`);
  const groups = call.number('reverse') ? c / given : given;
  const result = newBlob(bottom.shape);
  for (let group = 0; group < groups; group++) {
    for (let index = 0; index < c / groups; index++) {
      const source = ((c / groups) * group + index) * size;
      result.values.set(bottom.values.subarray(source, source + size), (groups * index + group) * size);
    }
  }
  return [result];
};

/** PixelShuffle and its inverse Reorg: blocks of `factor * factor` pixels against as many channels. */
function blocks(call: LayerCall, factor: number, toChannels: boolean): readonly Blob[] {
  const bottom = call.bottom(0);
  const { w, h, c, d } = extents(bottom);
  requireThat(d === 1, 'it takes no depth');
  const squared = factor * factor;
  const channels = toChannels ? c : Math.trunc(c / squared);
  const [smallHeight, smallWidth] = toChannels ? [Math.trunc(h / factor), Math.trunc(w / factor)] : [h, w];
  const result = newBlob(toChannels ? [c * squared, smallHeight, smallWidth] : [channels, h * factor, w * factor]);
  const byBlock = call.number('mode') !== 0;
  const largeWidth = toChannels ? w : w * factor;
  const largeHeight = toChannels ? h : h * factor;
  for (let channel = 0; channel < channels; channel++) {
    for (let sub = 0; sub < squared; sub++) {
      const small = byBlock ? sub * channels + channel : channel * squared + sub;
      for (let y = 0; y < smallHeight; y++) {
        for (let x = 0; x < smallWidth; x++) {
          const inSmall = (small * smallHeight + y) * smallWidth + x;
          const inLarge = (channel * largeHeight + y * factor + Math.floor(sub / factor)) * largeWidth + x * factor + (sub % factor);
          if (toChannels) result.values[inSmall] = bottom.values[inLarge] ?? 0;
          else result.values[inLarge] = bottom.values[inSmall] ?? 0;
        }
      }
    }
  }
  return [result];
}

const padding: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, d, c, dims } = extents(bottom);
  const [top, below, left, right] = [call.number('top'), call.number('bottom'), call.number('left'), call.number('right')];
  const [front, behind, type] = [call.number('front'), call.number('behind'), call.number('type')];
  const all = [top, below, left, right, front, behind];
  if (all.every((size) => size === 0)) return [bottom];
  requireThat(
    all.every((size) => size >= 0),
    'a border cannot be negative',
  );
  const [deep, channels] = dims === 4 ? [front + behind, 0] : [0, dims === 3 ? front + behind : 0];
  const tall = dims === 1 ? 0 : top + below;
  const result = newBlob(shapeOf(dims, { w: w + left + right, h: h + tall, d: d + deep, c: c + channels }));
  const values = call.number('per_channel_pad_data_size') && dims > 2 ? call.weight(0) : undefined;
  const fill = call.number('value');
  const xs = borderIndices(w, left, right, type);
  const ys = borderIndices(h, dims === 1 ? 0 : top, dims === 1 ? 0 : below, type);
  const zs = borderIndices(d, dims === 4 ? front : 0, dims === 4 ? behind : 0, type);
  const qs = borderIndices(c, dims === 3 ? front : 0, dims === 3 ? behind : 0, type);
  let target = 0;
  for (const [channel, q] of qs.entries()) {
    const value = values === undefined ? fill : (values[channel] ?? 0);
    for (const z of zs) {
      for (const y of ys) {
        const row = ((q * d + z) * h + y) * w;
        for (const x of xs) result.values[target++] = q < 0 || z < 0 || y < 0 || x < 0 ? value : (bottom.values[row + x] ?? 0);
      }
    }
  }
  return [result];
};

/** Where the elements of a padded axis come from; -1 for the constant. Types: constant, replicate, reflect. */
function borderIndices(size: number, before: number, after: number, type: number): readonly number[] {
  if (type === 2) requireThat(before < size && after < size, `a border of ${Math.max(before, after)} cannot reflect ${size} elements`);
  requireThat(type >= 0 && type <= 2, `there is no border type ${type}`);
  return Array.from({ length: before + size + after }, (_, place) => {
    const index = place - before;
    if (index >= 0 && index < size) return index;
    if (type === 0) return -1;
    if (type === 1) return index < 0 ? 0 : size - 1;
    return index < 0 ? -index : 2 * (size - 1) - index;
  });
}

/** Copies the second bottom into the first. */
const copyTo: Kernel = (call) => {
  const [self, source] = [call.bottom(0), call.bottom(1)];
  const { shape } = self;
  if (shape.join() === source.shape.join()) return [source];
  const names = axisNames[shape.length] ?? [];
  const [starts, axes] = [call.numbers('starts'), call.numbers('axes')];
  const offsets = starts.length > 0 ? shape.map(() => 0) : names.map((name) => call.number(`${name}offset`));
  const chosen = axes.length > 0 ? axes.map((axis) => axisOf(axis, shape.length)) : shape.map((_, axis) => axis);
  if (starts.length > 0) {
    for (const [place, axis] of chosen.entries()) {
      const start = starts[place] ?? 0;
      offsets[axis] = start === notGiven ? 0 : start >= 0 ? start : (shape[axis] ?? 0) + start;
    }
  }
  requireThat(
    source.shape.length === shape.length &&
      source.shape.every((size, axis) => (offsets[axis] ?? 0) >= 0 && (offsets[axis] ?? 0) + size <= (shape[axis] ?? 0)),
    `[${source.shape.join(',')}] does not fit into [${shape.join(',')}] at [${offsets.join(',')}]`,
  );
  const result = { shape, values: self.values.slice() };
  const run = source.shape.at(-1) ?? 1;
  for (let row = 0; row < source.values.length / run; row++) {
    let target = 0;
    let rest = row;
    let stride = shape.at(-1) ?? 1;
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      const size = source.shape[axis] ?? 1;
      target += ((rest % size) + (offsets[axis] ?? 0)) * stride;
      rest = Math.floor(rest / size);
      stride *= shape[axis] ?? 1;
    }
    result.values.set(source.values.subarray(row * run, (row + 1) * run), target + (offsets.at(-1) ?? 0));
  }
  return [result];
};

const diag: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, dims } = extents(bottom);
  const diagonal = call.number('diagonal');
  const [down, across] = [Math.max(-diagonal, 0), Math.max(diagonal, 0)];
  requireThat(dims <= 2, 'it takes one or two dims');
  if (dims === 1) {
    const size = w + Math.abs(diagonal);
    const result = newBlob([size, size]);
    for (let index = 0; index < w; index++) result.values[(index + down) * size + index + across] = bottom.values[index] ?? 0;
    return [result];
  }
  const result = newBlob([Math.min(h - down, w - across)]);
  for (let index = 0; index < result.values.length; index++) result.values[index] = bottom.values[(index + down) * w + index + across] ?? 0;
  return [result];
};

const same: Kernel = (call) => [call.bottom(0)];

export const layoutKernels: KernelFamily = {
  Concat: concat,
  CopyTo: copyTo,
  Crop: crop,
  DeepCopy: same,
  Diag: diag,
  ExpandDims: expandDims,
  Flatten: (call) => [reshaped(call.bottom(0), [call.bottom(0).values.length])],
  Flip: flip,
  MemoryData: memoryData,
  Noop: (call) => call.layer.tops.map((_, index) => call.bottom(index)),
  Padding: padding,
  Permute: permute,
  PixelShuffle: (call) => blocks(call, call.number('upscale_factor'), false),
  Reorg: (call) => blocks(call, call.number('stride'), true),
  Reshape: reshape,
  ShuffleChannel: shuffleChannel,
  Slice: slice,
  Split: (call) => call.layer.tops.map(() => call.bottom(0)),
  Squeeze: squeeze,
  Tile: tile,
};

import { blobAxes, blobShapeOf, extents, type Kernel, requireThat } from '../call.ts';

/** Layers that enlarge a blob with its own elements or a constant. */

export const paddingKernel: Kernel = (call) => {
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
  const result = call.newBlob(blobShapeOf(dims, { w: w + left + right, h: h + tall, d: d + deep, c: c + channels }));
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

/** The source index of each element of a padded axis; -1 for the constant. Types: 0 constant, 1 replicate, 2 reflect. */
export function borderIndices(size: number, before: number, after: number, type: number): readonly number[] {
  if (type === 2) requireThat(before < size && after < size, `a border of ${Math.max(before, after)} cannot reflect ${size} elements`);
  requireThat(type >= 0 && type <= 2, `unknown border type ${type}`);
  return Array.from({ length: before + size + after }, (_, place) => {
    const index = place - before;
    if (index >= 0 && index < size) return index;
    if (type === 0) return -1;
    if (type === 1) return index < 0 ? 0 : size - 1;
    return index < 0 ? -index : 2 * (size - 1) - index;
  });
}

export const tileKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, d, c, dims } = extents(bottom);
  const repeats = call.numbers('repeats');
  const names = blobAxes(Math.max(dims, repeats.length));
  const times: Record<string, number> = { w: 1, h: 1, d: 1, c: 1 };
  if (repeats.length === 0) {
    const name = dims === 1 ? 'w' : names[call.number('axis')];
    requireThat(name !== undefined, `axis ${call.number('axis')} does not exist in a blob of ${dims} dims`);
    if (name !== undefined) times[name] = call.number('tiles');
  } else {
    const own = repeats.length === 3 && dims === 4 ? ['d', 'h', 'w'] : blobAxes(repeats.length);
    for (const [place, name] of own.entries()) times[name] = repeats[place] ?? 1;
  }
  const { w: tw = 1, h: th = 1, d: td = 1, c: tc = 1 } = times;
  const result = call.newBlob(blobShapeOf(names.length, { w: w * tw, h: h * th, d: d * td, c: c * tc }));
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

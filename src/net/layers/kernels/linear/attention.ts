import type { AttentionSizes } from '../../../../kernels/attention.ts';
import type { Arithmetic } from '../arithmetic.ts';
import { type BlobData, extents, type Kernel, type LayerCall, requireThat } from '../call.ts';
import { transposedValues } from './linear.ts';

/** The mask of a head: the channel of the head, or the only channel. */
function maskOf(mask: BlobData | undefined, head: number, size: number): Float32Array | undefined {
  if (mask === undefined) return undefined;
  const channel = extents(mask).c > 1 ? head : 0;
  requireThat(mask.values.length >= (channel + 1) * size, `the mask [${mask.shape.join(',')}] is too small`);
  return mask.values.subarray(channel * size, (channel + 1) * size);
}

function payForAttention(call: LayerCall, heads: number, { inner, rows, keys, outputs }: AttentionSizes): void {
  call.spend('elements', rows * keys + heads * rows * outputs);
  call.spend('steps', heads * rows * keys * (inner + outputs));
}

/**
 * Computes `softmax(scale * (query · keyᵀ + mask / scale)) · value` for one head, in the order of ncnn, where the product can overflow before
 * it is scaled. All matrices are row-major.
 */
function attend(
  { dot, round, softmax }: Arithmetic,
  query: Float32Array,
  key: Float32Array,
  value: Float32Array,
  mask: Float32Array | undefined,
  scale: number,
  { rows, keys, inner, outputs }: AttentionSizes,
): Float32Array {
  const result = new Float32Array(rows * outputs);
  const columns = transposedValues(value, keys, outputs);
  for (let row = 0; row < rows; row++) {
    const scores = new Float64Array(keys);
    for (let place = 0; place < keys; place++) {
      const start = round((mask?.[row * keys + place] ?? 0) / scale);
      scores[place] = round(scale * dot(query, row * inner, key, place * inner, inner, start));
    }
    softmax(scores, true);
    for (let output = 0; output < outputs; output++) result[row * outputs + output] = dot(scores, 0, columns, output * keys, keys, 0);
  }
  return result;
}

/** Groups of query heads can share keys and values. */
export const sdpaKernel: Kernel = (call) => {
  requireThat(
    call.number('kv_cache') === 0 && call.number('int8_scale_term') === 0,
    'key-value caches and quantized layers are not supported by the interpreter',
  );
  const [query, key, value] = [call.bottom(0), call.bottom(1), call.bottom(2)];
  const [q, k, v] = [extents(query), extents(key), extents(value)];
  const mask = call.number('attn_mask') ? call.bottom(3) : undefined;
  requireThat(k.w === q.w && v.h === k.h && v.c === k.c && q.c % k.c === 0, 'the sizes of queries, keys and values do not match');
  const scale = call.number('scale') === 0 ? 1 / Math.sqrt(q.w) : call.number('scale');
  const result = call.newBlob([q.c, q.h, v.w]);
  payForAttention(call, q.c, { inner: q.w, rows: q.h, keys: k.h, outputs: v.w });
  for (let head = 0; head < q.c; head++) {
    const group = Math.trunc(head / (q.c / k.c));
    const rows = attend(
      call.arithmetic,
      query.values.subarray(head * q.size, (head + 1) * q.size),
      key.values.subarray(group * k.size, (group + 1) * k.size),
      value.values.subarray(group * v.size, (group + 1) * v.size),
      maskOf(mask, head, q.h * k.h),
      scale,
      { inner: q.w, rows: q.h, keys: k.h, outputs: v.w },
    );
    result.values.set(rows, head * q.h * v.w);
  }
  return [result];
};

/** `(x · weightᵀ + bias) * scale`, row by row. */
function affine(call: LayerCall, x: Float32Array, rows: number, weight: Float32Array, bias: Float32Array, scale = 1): Float32Array {
  const inner = x.length / rows;
  requireThat(weight.length === inner * bias.length, `rows of ${inner} elements are projected by ${weight.length} weights`);
  call.spend('elements', rows * bias.length);
  call.spend('steps', rows * weight.length);
  const { dot, round } = call.arithmetic;
  const result = new Float32Array(rows * bias.length);
  for (let row = 0; row < rows; row++) {
    for (let output = 0; output < bias.length; output++) {
      const sum = dot(x, row * inner, weight, output * inner, inner, bias[output] ?? 0);
      result[row * bias.length + output] = round(sum * scale);
    }
  }
  return result;
}

export const multiHeadAttentionKernel: Kernel = (call) => {
  requireThat(
    call.number('kv_cache') === 0 && call.number('quantize_term') === 0,
    'key-value caches and quantized layers are not supported by the interpreter',
  );
  const masked = call.number('attn_mask') !== 0;
  const blobs = masked ? call.bottoms.slice(0, -1) : call.bottoms;
  const mask = masked ? call.bottoms.at(-1) : undefined;
  const [query, key = query, value = key] = blobs;
  if (query === undefined || key === undefined || value === undefined) return [call.bottom(0)];
  const [embed, heads, scale] = [call.number('embed_dim'), call.number('num_heads'), call.number('scale')];
  const [rows, keys] = [extents(query).h, extents(key).h];
  requireThat(extents(value).h === keys && embed % heads === 0, 'the sizes of queries, keys and values do not match');
  const projected = (blob: BlobData, place: number, factor: number): Float32Array =>
    affine(call, blob.values, extents(blob).h, call.weight(place), call.weight(place + 1), factor);
  const [q, k, v] = [projected(query, 0, scale), projected(key, 2, 1), projected(value, 4, 1)];
  const inner = embed / heads;
  payForAttention(call, heads, { inner, rows, keys, outputs: inner });
  const columns = (values: Float32Array, count: number, head: number): Float32Array =>
    Float32Array.from(
      { length: count * inner },
      (_, index) => values[Math.floor(index / inner) * embed + head * inner + (index % inner)] ?? 0,
    );
  const joined = new Float32Array(rows * embed);
  for (let head = 0; head < heads; head++) {
    const [own, others, values] = [columns(q, rows, head), columns(k, keys, head), columns(v, keys, head)];
    const part = attend(call.arithmetic, own, others, values, maskOf(mask, head, rows * keys), 1, { inner, rows, keys, outputs: inner });
    for (let row = 0; row < rows; row++) joined.set(part.subarray(row * inner, (row + 1) * inner), row * embed + head * inner);
  }
  const bias = call.weight(7);
  return [{ shape: [rows, bias.length], values: affine(call, joined, rows, call.weight(6), bias) }];
};

/** Rotates pairs of elements by the given cosines and sines. The elements of a pair are adjacent or half a row apart. */
export const rotaryEmbedKernel: Kernel = (call: LayerCall) => {
  const [bottom, cosines, sines] = [call.bottom(0), call.bottom(1), call.bottom(2)];
  const { w, h } = extents(bottom);
  const width = extents(cosines).w;
  const half = Math.trunc(w / 2);
  const interleaved = call.number('interleaved') !== 0;
  requireThat(w % 2 === 0 && (width === half || (width === w && !interleaved)), `rows of ${w} are rotated by ${width} angles`);
  const result = call.newBlob(bottom.shape);
  for (let row = 0; row < bottom.values.length / w; row++) {
    for (let pair = 0; pair < half; pair++) {
      const [first, second] = interleaved ? [row * w + 2 * pair, row * w + 2 * pair + 1] : [row * w + pair, row * w + half + pair];
      const angle = (row % h) * width + pair;
      const other = width === w ? angle + half : angle;
      const [a, b] = [bottom.values[first] ?? 0, bottom.values[second] ?? 0];
      result.values[first] = a * (cosines.values[angle] ?? 0) - b * (sines.values[angle] ?? 0);
      result.values[second] = a * (sines.values[other] ?? 0) + b * (cosines.values[other] ?? 0);
    }
  }
  return [result];
};

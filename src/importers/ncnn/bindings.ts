import { movedBottoms, recordOf } from '../../net/layers/layerTypes.ts';
import type { Binding } from '../../net/model.ts';
import type { BlobShape, Layer, Net } from '../../net/net.ts';

/**
 * Outputs of a net that declares none: the blobs that pnnx numbers as outputs, and the blobs that no layer reads. Constants and unread
 * Split tops with tool-generated names are left out. If no blob remains, as in a net without Input layers, all unread blobs are outputs.
 */
export function defaultOutputs(layers: readonly Layer[]): readonly string[] {
  return [...new Set([...numberedOutputs(layers), ...unreadOutputs(layers)])];
}

/**
 * pnnx names inputs `in0`, `in1` … and outputs `out0`, `out1` … Such an output may be read by other layers, be one top of a Split, or be a
 * constant. Returns an empty list if the net does not use these names.
 */
function numberedOutputs(layers: readonly Layer[]): readonly string[] {
  const inputs = layers.flatMap(({ type, tops }) => (type === 'Input' ? tops : []));
  if (inputs.length === 0 || !inputs.every((name) => /^in\d+$/.test(name))) return [];
  const tops = new Set(layers.flatMap((layer) => layer.tops));
  const outputs: string[] = [];
  while (tops.has(`out${outputs.length}`)) outputs.push(`out${outputs.length}`);
  return outputs;
}

function unreadOutputs(layers: readonly Layer[]): readonly string[] {
  const read = new Set(layers.flatMap((layer) => layer.bottoms));
  const dynamic = new Set<string>();
  const outputs: string[] = [];
  for (const layer of layers) {
    if (layer.type !== 'Input' && !layer.bottoms.some((bottom) => dynamic.has(bottom))) continue;
    for (const top of layer.tops) {
      dynamic.add(top);
      if (!read.has(top) && !isCopy(layer, top)) outputs.push(top);
    }
  }
  return outputs.length > 0 ? outputs : layers.flatMap((layer) => layer.tops).filter((top) => !read.has(top));
}

/** Whether a Split top has the name that ncnn's tools generate for copies. */
function isCopy({ type }: Layer, top: string): boolean {
  return type === 'Split' && /_splitncnn_\d+$/.test(top);
}

/** One binding per Input layer, named after its blob. */
export function inputBindings({ layers, shapes }: Net): readonly Binding[] {
  const bits = readAsBits(layers);
  return layers
    .filter((layer) => layer.type === 'Input')
    .flatMap(({ tops }) => tops)
    .map((name) => binding(name, shapes.get(name), bits.has(name) ? 'int32' : 'float32'));
}

/** One binding per output of the net. */
export function outputBindings({ outputs, shapes }: Net): readonly Binding[] {
  return outputs.map((name) => binding(name, shapes.get(name), 'float32'));
}

function binding(name: string, shape: BlobShape = [], feed: Binding['feed']): Binding {
  return { name, dtype: feed, shape, blob: name, blobShape: shape, feed };
}

/** Blobs whose bits a layer reads as int32, either directly or through layers that only move elements. */
function readAsBits(layers: readonly Layer[]): ReadonlySet<string> {
  const bits = new Set<string>();
  for (const layer of [...layers].reverse()) {
    const sources = recordOf(layer)?.readsInt32 ? layer.bottoms : layer.tops.some((top) => bits.has(top)) ? movedBottoms(layer) : [];
    for (const bottom of sources) bits.add(bottom);
  }
  return bits;
}

import { movedBottoms, recordOf } from '../../net/layers/layerTypes.ts';
import type { Binding } from '../../net/model.ts';
import type { BlobShape, Layer, Net } from '../../net/net.ts';

/**
 * The blobs that a net without declared outputs is run for: those that pnnx numbers as outputs, and those that nothing reads, but for
 * constants and for tops of a Split that have the names which the tools of ncnn give to its copies. If that leaves none, as without any
 * Input, then all that nothing reads.
 */
export function naturalOutputs(layers: readonly Layer[]): readonly string[] {
  return [...new Set([...numberedOutputs(layers), ...unreadOutputs(layers)])];
}

/**
 * pnnx names inputs `in0`, `in1` … and outputs `out0`, `out1` … An output may be read by other layers, be one side of a Split, or be a
 * constant. None where the names of the net are of another kind.
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

/** Whether a top has the name that tools give to the copies of a Split. */
function isCopy({ type }: Layer, top: string): boolean {
  return type === 'Split' && /_splitncnn_\d+$/.test(top);
}

/** A binding for each Input, named by its blob. */
export function inputBindings({ layers, shapes }: Net): readonly Binding[] {
  const bits = readAsBits(layers);
  return layers
    .filter((layer) => layer.type === 'Input')
    .flatMap(({ tops }) => tops)
    .map((name) => binding(name, shapes.get(name), bits.has(name) ? 'int32' : 'float32'));
}

/** A binding for each output of the net. */
export function outputBindings({ outputs, shapes }: Net): readonly Binding[] {
  return outputs.map((name) => binding(name, shapes.get(name), 'float32'));
}

function binding(name: string, shape: BlobShape = [], feed: Binding['feed']): Binding {
  return { name, dtype: feed, shape, blob: name, blobShape: shape, feed };
}

/** Blobs of which a layer reads the bits of int32, straight or behind layers that only move elements. */
function readAsBits(layers: readonly Layer[]): ReadonlySet<string> {
  const bits = new Set<string>();
  for (const layer of [...layers].reverse()) {
    const sources = recordOf(layer)?.readsInt32 ? layer.bottoms : layer.tops.some((top) => bits.has(top)) ? movedBottoms(layer) : [];
    for (const bottom of sources) bits.add(bottom);
  }
  return bits;
}

import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { Binding, Model } from '../../net/model.ts';
import type { Layer } from '../../net/net.ts';
import type { CaffeNetBuilder } from './builder.ts';
import type { ConvertedLayers, ProducedBlob } from './convertLayers.ts';
import type { Value } from './layer.ts';
import { nameBlobs } from './names.ts';
import type { SelectedLayers } from './selectLayers.ts';

type OutputValue = readonly [name: string, value: Value];

/**
 * The outputs by name: the requested ones, or else all unread blobs. Unused Split tops and blobs that do not depend on an input are left
 * out.
 */
export function selectOutputs(
  { outputs: requested, added }: Pick<SelectedLayers, 'outputs' | 'added'>,
  converted: ConvertedLayers,
  silenced: readonly string[],
  layers: readonly Layer[],
): readonly OutputValue[] {
  const valuesOf = (names: readonly string[]): readonly OutputValue[] =>
    names.flatMap((name) => {
      const value = converted.values.get(name);
      return value === undefined ? [] : [[name, value] as const];
    });
  if (requested.length > 0) return valuesOf([...requested, ...added]);
  const own = ownOutputs(converted, silenced, layers);
  const names = new Set(own.map(([name]) => name));
  return [...own, ...valuesOf(added.filter((name) => !names.has(name)))];
}

/** The unread blobs. */
function ownOutputs({ produced, read }: ConvertedLayers, silenced: readonly string[], layers: readonly Layer[]): readonly OutputValue[] {
  const dynamic = dependents(layers);
  const consumed = new Set(layers.flatMap(({ bottoms }) => bottoms));
  // A blob consumed by a Silence layer is not an output.
  const used = new Set([...read, ...silenced]);
  const last = new Map(produced.map((entry) => [entry.name, entry]));
  const outputs = [...last.values()].filter(
    ({ name, value, layer }) => !used.has(name) && dynamic.has(value.blob) && !(layer.type === 'Split' && consumed.has(value.blob)),
  );
  if (outputs.length === 0) {
    throw ncnnError('graph-empty', 'the net computes nothing from its inputs', 'Give the deploy.prototxt of the model.');
  }
  return outputs.map(({ name, value }) => [name, value] as const);
}

/** Blobs that depend on an input. */
function dependents(layers: readonly Layer[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { type, bottoms, tops } of layers) {
    if (type === 'Input' || bottoms.some((bottom) => found.has(bottom))) for (const top of tops) found.add(top);
  }
  return found;
}

/** The finished model, with its final blob names. */
export function modelOf(
  inputs: readonly Binding[],
  outputs: readonly OutputValue[],
  produced: readonly ProducedBlob[],
  batch: number,
  { layers, shapes }: CaffeNetBuilder,
): Model {
  const rename = nameBlobs({
    inputs: inputs.flatMap(({ name, blob }) => (blob === null ? [] : [[name, blob] as const])),
    outputs: outputs.map(([name, { blob }]) => [name, blob]),
    produced: produced.map(({ name, value, layer }) => ({ name, blob: value.blob, layer: layer.name ?? name })),
    layers,
  });
  const bind = (binding: Binding): Binding => (binding.blob === null ? binding : { ...binding, blob: rename(binding.blob) });
  const isBatched = batch > 1 && inputs.some((input) => input.batch !== undefined);
  return {
    net: {
      layers: layers.map((layer): Layer => ({ ...layer, bottoms: layer.bottoms.map(rename), tops: layer.tops.map(rename) })),
      shapes: new Map([...shapes].map(([name, shape]) => [rename(name), shape])),
      outputs: [...new Set(outputs.map(([, { blob }]) => rename(blob)))],
    },
    inputs: inputs.map(bind),
    outputs: outputs.map((output) => bind(outputBinding(output, isBatched ? batch : 1))),
  };
}

function outputBinding([name, { blob, shape, blobShape }]: OutputValue, batch: number): Binding {
  const binding: Binding = { name, dtype: 'float32', shape, blob, blobShape, feed: 'float32' };
  return batch === 1 || shape[0] !== 1 ? binding : { ...binding, shape: [batch, ...shape.slice(1)], batch };
}

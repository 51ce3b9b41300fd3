import { closest } from '../../diagnostics/closest.ts';
import { withCut } from '../../diagnostics/cutAdvice.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { WeightsByLayer } from './blobs.ts';
import { type CaffeNetBuilder, errorOf } from './builder.ts';
import { cutBeforeLayer, type Value } from './layer.ts';
import { layerRules } from './layers/index.ts';
import { layerPlace } from './place.ts';
import type { LayerMessage } from './upgrade.ts';

/** A top and the layer that produces it. */
export interface ProducedBlob {
  readonly name: string;
  readonly value: Value;
  readonly layer: LayerMessage;
}

export interface ConvertedLayers {
  /** The blobs by name. If in-place layers overwrite a blob, this is the last version. */
  readonly values: ReadonlyMap<string, Value>;
  /** Every top, in the order of the layers. */
  readonly produced: readonly ProducedBlob[];
  /** Names of blobs that a layer reads after they were produced. */
  readonly read: ReadonlySet<string>;
  /** Tops that the ncnn layer does not produce. Reading one is an error. */
  readonly unsupportedTops: readonly { readonly name: string; readonly cause: Diagnostic }[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface LayerSetting {
  readonly weights: WeightsByLayer;
  readonly batch: number;
  readonly builder: CaffeNetBuilder;
  /** All layers of the net, to report which layer should have produced a missing blob. */
  readonly layers: readonly LayerMessage[];
}

/** `failed`: the producing layer failed, which is already reported. `unsupported`: the ncnn layer does not produce this blob. */
type BlobState = Value | 'failed' | 'unsupported';

/** Converts the layers in order. A layer is tried whenever its bottoms exist, so that all errors are found. */
export function convertLayers(
  computing: readonly LayerMessage[],
  inputs: ReadonlyMap<string, Value>,
  { weights, batch, builder, layers }: LayerSetting,
): ConvertedLayers {
  const blobs = new Map<string, BlobState>(inputs);
  const produced: ProducedBlob[] = [];
  const read = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const layer of computing) {
    const bottoms = layer.bottom.map((name) => blobs.get(name));
    const missing = layer.bottom.filter((_, index) => bottoms[index] === undefined || bottoms[index] === 'unsupported');
    for (const entry of missing.map((name) => missingBlob(name, layer, layers, [...blobs.keys()]))) diagnostics.push(entry);
    const values = bottoms.filter((state) => typeof state === 'object');
    const rule = layerRules.get(layer.type ?? '');
    let results: readonly Value[] | undefined;
    if (values.length === bottoms.length && rule !== undefined) {
      for (const name of layer.bottom) read.add(name);
      try {
        results = rule.convert(builder.contextOf(layer, values, weights.get(layer.name ?? '') ?? [], batch));
      } catch (error) {
        const computed = layer.bottom.filter((name) => !inputs.has(name));
        for (const entry of withCut([errorOf(error, layer, values)], computed)) diagnostics.push(entry);
      }
    }
    for (const [index, name] of layer.top.entries()) {
      const value = results?.[index];
      blobs.set(name, value ?? (results === undefined ? 'failed' : 'unsupported'));
      if (results !== undefined) read.delete(name);
      if (value !== undefined) produced.push({ name, value, layer });
    }
  }
  const values = new Map([...blobs].flatMap(([name, state]) => (typeof state === 'object' ? [[name, state] as const] : [])));
  return { values, produced, read, unsupportedTops: unsupportedTopsOf(computing, blobs), diagnostics };
}

function unsupportedTopsOf(computing: readonly LayerMessage[], blobs: ReadonlyMap<string, BlobState>): ConvertedLayers['unsupportedTops'] {
  return computing.flatMap((layer) =>
    layer.top
      .filter((name) => blobs.get(name) === 'unsupported')
      .map((name) => {
        const message = `the layer's top "${name}" is not supported by ncnn`;
        return { name, cause: diagnostic('operator-unsupported', message, 'Choose another blob as the output.', layerPlace(layer)) };
      }),
  );
}

function missingBlob(name: string, layer: LayerMessage, layers: readonly LayerMessage[], known: readonly string[]): Diagnostic {
  const producer = layers.find(({ top }) => top.includes(name));
  const place = layerPlace(layer);
  if (producer === layer) return diagnostic('net-invalid', `the layer reads its own top "${name}"`, orderHint, place);
  if (producer === undefined) {
    const [suggestion] = closest(name, known);
    const hint = suggestion === undefined ? 'Correct the name.' : `Did you mean "${suggestion}"?`;
    return diagnostic('net-invalid', `the bottom "${name}" is neither an input nor the top of a layer`, hint, place);
  }
  if (layers.indexOf(producer) < layers.indexOf(layer)) {
    const message = `the bottom "${name}" is a top of "${producer.name ?? ''}" that is not supported by ncnn`;
    return diagnostic('operator-unsupported', message, cutBeforeLayer, place);
  }
  const message = `the bottom "${name}" is produced only by "${producer.name ?? ''}", which comes later or depends on this layer`;
  return diagnostic('net-invalid', message, orderHint, place);
}

const orderHint = 'Put the layers in execution order; a net must not have cycles.';

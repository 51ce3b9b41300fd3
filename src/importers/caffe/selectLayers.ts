import type { Remedy } from '../../diagnostics/advice.ts';
import { closest } from '../../diagnostics/closest.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { requestOutputs } from '../../options/request/outputs.ts';
import type { CaffeInput } from './inputs.ts';
import { cutBeforeLayer } from './layer.ts';
import { layerRules } from './layers/index.ts';
import { layerPlace } from './place.ts';
import type { LayerMessage } from './upgrade.ts';

export interface SelectedLayers {
  /** The layers to convert, in order. */
  readonly layers: readonly LayerMessage[];
  /** The requested blobs; empty to use the net's own outputs. */
  readonly outputs: readonly string[];
  /** Blobs that are outputs in addition. */
  readonly added: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Selects the layers that the outputs depend on. Layers after a cut may be unknown or lack weights. */
export function selectLayers(
  computing: readonly LayerMessage[],
  inputs: readonly CaffeInput[],
  requested: ConvertOptions['outputs'],
): SelectedLayers {
  const tops = computing.flatMap(({ top }) => top);
  const { outputs, added, diagnostics } = requestOutputs(requested, [...tops, ...inputs.map(({ name }) => name)]);
  const layers = outputs.length === 0 ? computing : layersBefore([...outputs, ...added], computing);
  return { layers, outputs, added, diagnostics: [...diagnostics, ...layers.flatMap(unknownType)] };
}

function layersBefore(outputs: readonly string[], layers: readonly LayerMessage[]): readonly LayerMessage[] {
  const needed = new Set(outputs);
  const before: LayerMessage[] = [];
  for (const layer of [...layers].reverse()) {
    if (!layer.top.some((name) => needed.has(name))) continue;
    before.push(layer);
    // In-place layers reuse a blob name; each layer reads the last version before it.
    for (const name of layer.top) needed.delete(name);
    for (const name of layer.bottom) needed.add(name);
  }
  return before.reverse();
}

function unknownType(layer: LayerMessage): readonly Diagnostic[] {
  const { type = '', bottom } = layer;
  if (layerRules.has(type)) return [];
  const [suggestion] = closest(type, [...layerRules.keys()]);
  const remedy: string | Remedy =
    suggestion !== undefined
      ? `Did you mean \`${suggestion}\`?`
      : bottom.length === 0
        ? 'Correct the type.'
        : { ...cutBeforeLayer, advice: [{ option: 'outputs', names: bottom }] };
  const message = type === '' ? 'the layer has no type' : `the layer type "${type}" is unknown`;
  return [diagnostic('layer-unknown', message, remedy, layerPlace(layer))];
}

import type { Budget } from '../../budget/budget.ts';
import { type Diagnostic, diagnostic, throwErrors } from '../../diagnostics/diagnostic.ts';
import type { Model } from '../../net/model.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { WeightsByLayer } from './blobs.ts';
import { createBuilder } from './builder.ts';
import { convertLayers } from './convertLayers.ts';
import { inputTypes, readInputs } from './inputs.ts';
import { layerRules } from './layers/index.ts';
import { modelOf, selectOutputs } from './outputs.ts';
import { isForTraining, testLayers } from './phase.ts';
import { remarksOn } from './remarks.ts';
import { addInputs, requestInputs, sampleCount } from './requestInputs.ts';
import { selectLayers } from './selectLayers.ts';
import { type LayerMessage, type NetMessage, upgradedLayers } from './upgrade.ts';

export interface ConvertedNet {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Converts the TEST-phase net of a topology and its weights. Throws one `NcnnError` with all errors: unknown layer types, blobs that no
 * layer produces, weights of the wrong shape, settings that ncnn does not support.
 */
export function convertNet(net: NetMessage, weights: WeightsByLayer, options: ConvertOptions, budget: Budget): ConvertedNet {
  const all = testLayers(net, upgradedLayers(net));
  const layers = all.filter(({ type = '' }) => !isForTraining(type));
  const [feeding, computing] = [layers.filter(isFeeding), layers.filter((layer) => !isFeeding(layer))];
  const declared = readInputs(net, feeding);
  const selected = selectLayers(computing, declared.inputs, options.outputs);
  throwErrors([...selected.diagnostics, ...declared.diagnostics]);

  const requested = requestInputs(declared.inputs, options);
  const batch = selected.layers.some(({ type = '' }) => layerRules.get(type)?.timeFirst) ? 1 : sampleCount(requested);
  const builder = createBuilder(budget);
  const inputs = addInputs(requested, batch, builder);
  const converted = convertLayers(selected.layers, inputs.values, { weights, batch, builder, layers });
  const unavailable = converted.unsupportedTops.filter(({ name }) => [...selected.outputs, ...selected.added].includes(name));
  const silenced = all.filter(({ type }) => type === 'Silence').flatMap(({ bottom }) => bottom);
  throwErrors([...converted.diagnostics, ...unavailable.map(({ cause }) => cause), ...builder.errors]);

  const outputs = selectOutputs(selected, converted, silenced, builder.layers);
  return {
    model: modelOf(inputs.bindings, outputs, converted.produced, batch, builder),
    diagnostics: [...surplusWeights(weights, layers), ...builder.warnings, ...remarksOn(all)],
  };
}

function isFeeding({ type = '' }: LayerMessage): boolean {
  return inputTypes.has(type);
}

/** A warning for weights that no layer of the net uses. */
function surplusWeights(weights: WeightsByLayer, layers: readonly LayerMessage[]): readonly Diagnostic[] {
  const names = new Set(layers.map(({ name }) => name));
  const unused = [...weights].filter(([name, blobs]) => blobs.length > 0 && !names.has(name)).map(([name]) => `"${name}"`);
  if (unused.length === 0) return [];
  return [
    diagnostic(
      'weights-surplus',
      `the caffemodel has weights for layers that are not in the prototxt: ${unused.join(', ')}`,
      'Check that the two files belong together; training layers are left out on purpose.',
    ),
  ];
}

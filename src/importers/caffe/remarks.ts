import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { isForTraining } from './phase.ts';
import { layerPlace } from './place.ts';
import type { LayerMessage } from './upgrade.ts';

/** Information about layers that are left out of the net: training layers, and the preprocessing of data layers. */
export function remarksOn(layers: readonly LayerMessage[]): readonly Diagnostic[] {
  return [...omittedLayers(layers), ...layers.flatMap(preparation)];
}

function omittedLayers(layers: readonly LayerMessage[]): readonly Diagnostic[] {
  const names = layers.filter(({ type = '' }) => isForTraining(type) && type !== 'Silence').map(({ name, type }) => `"${name}" (${type})`);
  if (names.length === 0) return [];
  const message = `training layers are left out: ${names.join(', ')}`;
  return [diagnostic('layers-left-out', message, 'Choose the blobs before them as outputs if you need others.')];
}

/** The preprocessing of an image data layer (mean, scale), which the caller of the ncnn net must do. */
function preparation(layer: LayerMessage): readonly Diagnostic[] {
  const { mean_file: file, mean_value: means = [], scale = 1 } = layer.transform_param ?? {};
  const steps = [
    ...(file === undefined ? [] : [`subtracts the mean image in ${file}`]),
    ...(means.length === 0 ? [] : [`subtracts ${means.join(', ')}`]),
    ...(scale === 1 ? [] : [`multiplies by ${scale}`]),
  ];
  if (steps.length === 0) return [];
  const message = `the layer "${layer.name ?? ''}" ${steps.join(' and ')}, but the converted net starts after it`;
  return [diagnostic('preparation-left-out', message, 'Preprocess the input in the same way.', layerPlace(layer))];
}

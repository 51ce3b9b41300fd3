import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { isForTraining } from './phase.ts';
import { layerPlace } from './place.ts';
import type { LayerMessage } from './upgrade.ts';

/** Information about layers that are left out of the net: training layers, and the preprocessing of data layers. */
export function remarksOn(layers: readonly LayerMessage[]): readonly Diagnostic[] {
  return [...leftOut(layers), ...layers.flatMap(preparation)];
}

function leftOut(layers: readonly LayerMessage[]): readonly Diagnostic[] {
  const names = layers.filter(({ type = '' }) => isForTraining(type) && type !== 'Silence').map(({ name, type }) => `"${name}" (${type})`);
  if (names.length === 0) return [];
  const message = `layers that only matter for training are left out: ${names.join(', ')}`;
  return [diagnostic('layers-left-out', message, 'Choose the blobs in front of them as outputs if others are wanted.')];
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
  const message = `the layer "${layer.name ?? ''}" ${steps.join(' and ')}, and the net starts behind it`;
  return [diagnostic('preparation-left-out', message, 'Prepare what you feed in the same way.', layerPlace(layer))];
}

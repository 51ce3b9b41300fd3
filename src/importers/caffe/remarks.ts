import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { isForTraining } from './phase.ts';
import { layerPlace } from './place.ts';
import type { LayerMessage } from './upgrade.ts';

/** What a user of the net has to know of layers that are not in it: those for training, and what its data layers do to an image. */
export function remarksOn(layers: readonly LayerMessage[]): readonly Diagnostic[] {
  return [...leftOut(layers), ...layers.flatMap(preparation)];
}

function leftOut(layers: readonly LayerMessage[]): readonly Diagnostic[] {
  const names = layers.filter(({ type = '' }) => isForTraining(type) && type !== 'Silence').map(({ name, type }) => `"${name}" (${type})`);
  if (names.length === 0) return [];
  const message = `layers that only matter for training are left out: ${names.join(', ')}`;
  return [diagnostic('layers-left-out', message, 'Choose the blobs in front of them as outputs if others are wanted.')];
}

/** Of a layer that reads images: what it subtracts and multiplies by, which the net of ncnn leaves to the caller. */
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

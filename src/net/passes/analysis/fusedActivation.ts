import { activationCodes } from '../../layers/codes.ts';
import { paramOf } from '../../layers/params.ts';
import { type Layer, type LayerType, makeLayer } from '../../net.ts';
import { hasType, type LayerAmong } from '../editor.ts';

/** The parameters of a layer that say which activation follows its sums. */
export interface ActivationParams {
  readonly activation_type: number;
  readonly activation_params: readonly number[];
}

/** The name, bottoms and tops of a layer. */
type Ends = readonly [name: string, bottoms: readonly string[], tops: readonly string[]];

/** An activation that ncnn can compute inside another layer, and the layer that computes it alone. */
interface FusibleActivation {
  readonly code: number;
  /** The `activation_params` for a layer; `undefined` if the layer computes something else. */
  readonly valuesOf: (layer: Layer) => readonly number[] | undefined;
  readonly layerOf: (values: readonly number[], ends: Ends) => Layer;
}

/** All activations that ncnn fuses. The first that fits a layer is used. */
const fusibleActivations: readonly FusibleActivation[] = [
  fusible(
    activationCodes.RELU,
    (layer) => (paramOf(layer, 'slope') === 0 ? [] : undefined),
    (_, ends) => makeLayer('ReLU', ...ends, {}),
  ),
  fusible(
    activationCodes.LEAKY_RELU,
    (layer) => [paramOf(layer, 'slope')],
    ([slope = 0], ends) => makeLayer('ReLU', ...ends, { slope }),
  ),
  fusible(
    activationCodes.CLIP,
    (layer) => [paramOf(layer, 'min'), paramOf(layer, 'max')],
    ([min = 0, max = 0], ends) => makeLayer('Clip', ...ends, { min, max }),
  ),
  fusible(
    activationCodes.SIGMOID,
    () => [],
    (_, ends) => makeLayer('Sigmoid', ...ends, {}),
  ),
  fusible(
    activationCodes.MISH,
    () => [],
    (_, ends) => makeLayer('Mish', ...ends, {}),
  ),
  fusible(
    activationCodes.HARD_SWISH,
    (layer) => [paramOf(layer, 'alpha'), paramOf(layer, 'beta')],
    ([alpha = 0, beta = 0], ends) => makeLayer('HardSwish', ...ends, { alpha, beta }),
  ),
];

function fusible<T extends LayerType>(
  { code, layer: type }: { readonly code: number; readonly layer: T },
  valuesOf: (layer: LayerAmong<T>) => readonly number[] | undefined,
  layerOf: FusibleActivation['layerOf'],
): FusibleActivation {
  return { code, valuesOf: (layer) => (hasType(layer, [type]) ? valuesOf(layer) : undefined), layerOf };
}

/** A layer as the fused activation of another layer; `undefined` if ncnn cannot fuse it. */
export function asFusedActivation(layer: Layer): ActivationParams | undefined {
  for (const { code, valuesOf } of fusibleActivations) {
    const activation_params = valuesOf(layer);
    if (activation_params !== undefined) return { activation_type: code, activation_params };
  }
  return undefined;
}

/** The layer that computes a fused activation; `undefined` if the code is unknown. */
export function layerOfActivation(activation: ActivationParams, name: string, bottom: string, top: string): Layer | undefined {
  const found = fusibleActivations.find(({ code }) => code === activation.activation_type);
  return found?.layerOf(activation.activation_params, [name, [bottom], [top]]);
}

import { multiplyAddsOf } from '../net/layers/multiplyAdds.ts';
import { fusedActivationOf } from '../net/layers/operators.ts';
import { type ParamEntry, paramEntries, paramsById } from '../net/layers/params.ts';
import { type BlobShape, type Layer, type Net, typeName } from '../net/net.ts';
import { inferShapes } from '../net/shapes.ts';
import type { Weight, WeightStorage } from '../net/weight.ts';
import type { PhoneLoss } from './phoneLoss.ts';
import { operationOf, summaryOf } from './summary.ts';
import type { ConversionTrace } from './trace.ts';

/** A layer as a report shows it. */
export interface DescribedLayer {
  /** Its number in the net. */
  readonly id: number;
  readonly type: string;
  readonly name: string;
  readonly bottoms: readonly string[];
  readonly tops: readonly { readonly name: string; readonly shape: BlobShape | undefined }[];
  /** The most important parameters in a short form: `3×3, stride 2`, `ADD`; may be empty. */
  readonly summary: string;
  /** Parameters with a value, by ncnn's names, as text. */
  readonly params: readonly (readonly [name: string, value: string])[];
  /** Number of elements of all weights, and their size in bytes. */
  readonly weights: number;
  readonly weightBytes: number;
  /** Number of multiply-add operations; `undefined` if a shape is unknown. */
  readonly multiplyAdds: number | undefined;
  /** Milliseconds of one run; absent if the net was not run. */
  readonly time?: number;
  /** What fp16 does to the layer on phones, if the net was calibrated. */
  readonly loss?: PhoneLoss;
  /** Operator of the source's node of the same name, if there is one. */
  readonly operator: string | undefined;
  /** Further operations in the layer: an activation, or layers that were fused into it (`ReLU`, `BinaryOp ADD`). */
  readonly fused: readonly string[];
  /** Names of the source layers, if passes changed it. */
  readonly from: readonly string[];
  /** Passes that created or changed it. */
  readonly passes: readonly string[];
}

interface Origins {
  readonly nodes: ConversionTrace['nodes'];
  readonly history?: ConversionTrace['history'];
  readonly before?: Net;
  /** Milliseconds by the name of the layer. */
  readonly times?: ReadonlyMap<string, number>;
  /** What fp16 does to layers, by name. */
  readonly losses?: ReadonlyMap<string, PhoneLoss>;
}

/** Describes the layers of a net, in order. */
export function describeLayers(net: Net, { nodes, history, before, times, losses }: Origins): readonly DescribedLayer[] {
  const shapes = inferShapes(net);
  const layersBefore = new Map(before?.layers.map((layer) => [layer.name, layer]));
  return net.layers.map((layer, id) => {
    const { layers: from = [], passes = [] } = history?.changed.get(layer.name) ?? {};
    const activation = fusedActivationOf(layer)?.layer;
    const others = from.filter((name) => name !== layer.name).flatMap((name) => layersBefore.get(name) ?? []);
    const time = times?.get(layer.name);
    const loss = losses?.get(layer.name);
    return {
      id,
      type: typeName(layer),
      name: layer.name,
      bottoms: layer.bottoms,
      tops: layer.tops.map((name) => ({ name, shape: shapes.get(name) })),
      summary: summaryOf(layer),
      params: describeParams(layer),
      weights: layer.weights.reduce((sum, { length }) => sum + length, 0),
      weightBytes: layer.weights.reduce((sum, weight) => sum + byteLength(weight), 0),
      multiplyAdds: multiplyAddsOf(layer, { shapes }),
      ...(time === undefined ? {} : { time }),
      ...(loss === undefined ? {} : { loss }),
      operator: nodes.get(layer.name),
      fused: fusedOf(others, activation),
      from,
      passes,
    };
  });
}

/** Layer types with their operation if the type leaves it open; the activation only once if its layer was fused. */
function fusedOf(layers: readonly Layer[], activation: string | undefined): readonly string[] {
  const types = layers.map(typeName);
  const named = activation === undefined || types.includes(activation) ? [] : [activation];
  return [...layers.map((layer) => [typeName(layer), operationOf(layer)].join(' ').trim()), ...named];
}

/** Maximum length of a parameter's text. */
const maxValueLength = 160;

function describeParams(layer: Layer): DescribedLayer['params'] {
  const known = layer.type === 'Custom' ? undefined : paramsById(layer.type);
  return paramEntries(layer).map(({ id, kind, value }) => [known?.get(id)?.name ?? String(id), formatValue(kind, value)]);
}

function formatValue(kind: ParamEntry['kind'], value: ParamEntry['value']): string {
  if (typeof value === 'string') return shorten(value);
  // A float32 has seven digits.
  const format = (number: number): string =>
    kind === 'float' || kind === 'floats' ? String(Number(number.toPrecision(7))) : String(number);
  return typeof value === 'number' ? format(value) : shorten(value.map(format).join(', '));
}

function shorten(text: string): string {
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength)}…` : text;
}

const bytesOfElement: Readonly<Record<WeightStorage, number>> = { float32: 4, float16: 2, bfloat16: 2, int8: 1, opaque: 1 };

function byteLength({ length, storage }: Weight): number {
  return length * bytesOfElement[storage];
}

import { isSizes } from '../../layers/shapeRule.ts';
import { shapesOfTops } from '../../layers/shapesOfTops.ts';
import { hasType, type LayerAmong, type NetEditor } from '../editor.ts';
import { float64Values, isFloatWeight } from './float64Values.ts';

/** A blob whose values are known before the net runs. */
export interface Constant {
  readonly layer: LayerAmong<'MemoryData'>;
  readonly shape: readonly number[];
  /** Reads the values in row-major order, in double precision. */
  readonly values: () => Float64Array;
}

/** The constant in a blob; `undefined` unless a MemoryData of floats produces it. */
export function constantOf(editor: NetEditor, blob: string | undefined): Constant | undefined {
  const layer = editor.producer(blob);
  if (!hasType(layer, ['MemoryData']) || layer.tops.length !== 1) return undefined;
  const [weight] = layer.weights;
  const [shape] = shapesOfTops(layer, []) ?? [];
  return isFloatWeight(weight) && isSizes(shape) ? { layer, shape, values: () => float64Values(weight) } : undefined;
}

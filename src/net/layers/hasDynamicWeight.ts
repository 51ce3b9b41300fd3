import type { ParamReader } from './record.ts';

/** Whether the weight of a layer is fed as a blob. */
export function hasDynamicWeight(params: Pick<ParamReader, 'has' | 'number'>): boolean {
  return params.has('dynamic_weight') && params.number('dynamic_weight') !== 0;
}

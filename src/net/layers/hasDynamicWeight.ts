import type { ParamReader } from './record.ts';

/** Whether a layer reads its weight from a blob. */
export function hasDynamicWeight(params: Pick<ParamReader, 'has' | 'number'>): boolean {
  return params.has('dynamic_weight') && params.number('dynamic_weight') !== 0;
}

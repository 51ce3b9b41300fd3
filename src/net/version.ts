import { layerRecord } from './layers/layerTypes.ts';
import { fusedActivationOf, operatorOf } from './layers/operators.ts';
import { significantParams } from './layers/params.ts';
import type { Layer, Net } from './net.ts';

/**
 * The oldest release of ncnn, as its date `20230223`, that has all layers, parameters and operator codes of the net. A
 * parameter that has its default value asks for nothing, for a release that does not know it does the same.
 */
export function minNcnnVersion(net: Net): string {
  return String(net.layers.reduce((version, layer) => Math.max(version, layerVersion(layer)), firstRelease));
}

/** The first release of ncnn. */
const firstRelease = 20170724;

function layerVersion(layer: Layer): number {
  if (layer.type === 'Custom') return firstRelease;
  const params = significantParams(layer).map(({ facts }) => facts.since ?? 0);
  const operators = [operatorOf(layer), fusedActivationOf(layer)].map((operator) => operator?.since ?? 0);
  return Math.max(layerRecord(layer.type).since, ...operators, ...params);
}

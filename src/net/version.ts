import * as codes from './layers/codes.ts';
import { numberParam, paramFacts, significantParams } from './layers/params.ts';
import { layerTable } from './layers/table.ts';
import type { Layer, Net } from './net.ts';

/**
 * The oldest release of ncnn, as its date `20230223`, that has all layers, parameters and operator codes of the net. A
 * parameter that has its default value asks for nothing, for a release that does not know it does the same.
 */
export function minNcnnVersion(net: Net): string {
  return String(Math.max(firstRelease, ...net.layers.map(layerVersion)));
}

/** The first release of ncnn. */
const firstRelease = 20170724;

function layerVersion(layer: Layer): number {
  if (layer.type === 'Custom') return firstRelease;
  const params = significantParams(layer).map(({ facts }) => facts.since ?? 0);
  return Math.max(layerTable[layer.type].since, codeVersion(layer), ...params);
}

interface Code {
  readonly code: number;
  readonly since?: number;
}

function codeVersion({ type, params }: Exclude<Layer, { type: 'Custom' }>): number {
  const since = ({ param, codes: table }: CodeTable): number => {
    const code = numberParam(type, params, param);
    return Object.values<Code>(table).find((entry) => entry.code === code)?.since ?? 0;
  };
  const operator = codeTables.get(type);
  const activation =
    paramFacts(type, 'activation_type') === undefined ? 0 : since({ param: 'activation_type', codes: codes.activationCodes });
  // Deconvolutions got the later activations with a release of their own.
  const late = activation > 0 && type.startsWith('Deconvolution') ? lateDeconvolution : 0;
  return Math.max(operator === undefined ? 0 : since(operator), activation, late);
}

const lateDeconvolution = 20220420;

interface CodeTable {
  readonly param: string;
  readonly codes: Readonly<Record<string, Code>>;
}

const codeTables: ReadonlyMap<string, CodeTable> = new Map([
  ['BinaryOp', { param: 'op_type', codes: codes.binaryCodes }],
  ['UnaryOp', { param: 'op_type', codes: codes.unaryCodes }],
  ['Reduction', { param: 'operation', codes: codes.reductionCodes }],
  ['Eltwise', { param: 'op_type', codes: codes.eltwiseCodes }],
]);

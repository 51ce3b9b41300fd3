import type { Layer } from '../net.ts';
import type { CodeTable, OperatorCode } from './codes.ts';
import { layerRecord } from './layerTypes.ts';
import { numberParam } from './params.ts';

export interface NamedOperator extends OperatorCode {
  readonly name: string;
}

/**
 * The operator that a layer such as BinaryOp computes; `undefined` for layers of a single operator, and for codes that ncnn does not have.
 */
export function operatorOf(layer: Layer): NamedOperator | undefined {
  if (layer.type === 'Custom') return undefined;
  const { operators } = layerRecord(layer.type);
  return operators && byCode(operators.codes, numberParam(layer.type, layer.params, operators.param));
}

/** The activation that is fused into a layer, which may be `NONE`; `undefined` for layers without fused activations. */
export function fusedActivationOf(layer: Layer): NamedOperator | undefined {
  if (layer.type === 'Custom') return undefined;
  const { activations } = layerRecord(layer.type);
  return activations && byCode(activations, numberParam(layer.type, layer.params, 'activation_type'));
}

function byCode(codes: CodeTable, code: number): NamedOperator | undefined {
  const [name, found] = Object.entries(codes).find(([, entry]) => entry.code === code) ?? [];
  return name === undefined || found === undefined ? undefined : { name, ...found };
}

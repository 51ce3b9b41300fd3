import { type OperatorSchema, parseSchema } from '../values/schema.ts';
import type { ViewStep } from '../values/tensor.ts';
import type { TorchValue } from '../values/value.ts';
import type { AtenCall } from './call.ts';

/**
 * Writes a call as nodes with the meaning of ONNX. A result that is a real tensor is given as the value of the graph, several results as
 * a list of these, anything else as what the program sees. Throws `OperatorError` where the call breaks the rules of the operator or has
 * no such form.
 */
export type ConvertCall = (call: AtenCall) => CallResult;

/** One result for each of the schema; a list for one result that is a list of tensors. */
export type CallResult = string | TorchValue | readonly (string | TorchValue)[];

/** How the views that an operator gives are taken of its first argument. */
export type TakeViews = (call: AtenCall) => ViewStep | readonly ViewStep[];

/**
 * An operator of ATen. Operators that write into their first argument are not in the table: `add_` is `add`, whose result the tracer
 * writes.
 */
export type AtenOperator = {
  /** `aten.add.Tensor`. */
  readonly target: string;
  /** What it takes and gives; read from its text when it is first asked for. */
  readonly schema: () => OperatorSchema;
} & ({ readonly kind: 'function'; readonly convert: ConvertCall } | { readonly kind: 'view'; readonly views: TakeViews });

/** The operators of one family, in the order in which overloads are tried. */
export type AtenFamily = readonly AtenOperator[];

/** An operator with the schema that torch declares, without the namespace: `relu(Tensor self) -> Tensor`. */
export function atenOperator(schema: string, convert: ConvertCall, namespace?: string): AtenOperator {
  return { ...declared(schema, namespace), kind: 'function', convert };
}

/** An operator whose results share their elements with its first argument. */
export function viewOperator(schema: string, views: TakeViews): AtenOperator {
  return { ...declared(schema), kind: 'view', views };
}

function declared(text: string, namespace = 'aten'): Pick<AtenOperator, 'target' | 'schema'> {
  const name = text.slice(0, text.indexOf('('));
  let schema: OperatorSchema | undefined;
  return {
    target: `${namespace}.${name.includes('.') ? name : `${name}.default`}`,
    schema: () => {
      schema ??= parseSchema(text, namespace);
      return schema;
    },
  };
}

import { type OperatorSchema, parseSchema } from '../values/schema.ts';
import type { ViewStep } from '../values/tensor.ts';
import type { TorchValue } from '../values/value.ts';
import type { AtenCall } from './call.ts';

/**
 * Converts a call to nodes with ONNX semantics. A real tensor is returned as a value of the graph, several results as a list, and
 * everything else as a value of the program. Throws `OperatorError` if the call breaks the rules of the operator or is not supported.
 */
export type ConvertCall = (call: AtenCall) => CallResult;

/** One result per result of the schema; a list for a result that is a list of tensors. */
export type CallResult = string | TorchValue | readonly (string | TorchValue)[];

/** Returns the views that an operator takes of its first argument. */
export type TakeViews = (call: AtenCall) => ViewStep | readonly ViewStep[];

/** An ATen operator. The table does not contain in-place operators: `add_` is `add`, whose result the tracer writes. */
export type AtenOperator = FunctionOperator | ViewOperator;

interface DeclaredOperator {
  /** `aten.add.Tensor`. */
  readonly target: string;
  /** Parameters and results; parsed from the text at the first call. */
  readonly schema: () => OperatorSchema;
}

interface FunctionOperator extends DeclaredOperator {
  readonly kind: 'function';
  readonly convert: ConvertCall;
}

/** An operator whose results are views. */
export interface ViewOperator extends DeclaredOperator {
  readonly kind: 'view';
  readonly views: TakeViews;
  /** Whether the rule expects a complex tensor. */
  readonly takesComplex: boolean;
}

/** The operators of one family; overloads are tried in this order. */
export type AtenFamily = readonly AtenOperator[];

/** An operator with torch's schema, without the namespace: `relu(Tensor self) -> Tensor`. */
export function atenOperator(schema: string, convert: ConvertCall, namespace?: string): AtenOperator {
  return { ...declared(schema, namespace), kind: 'function', convert };
}

/**
 * An operator whose results share elements with its first argument. `takesComplex` says that the rule expects complex tensors; other rules
 * are applied to both parts of one.
 */
export function viewOperator(
  schema: string,
  views: TakeViews,
  { takesComplex = false }: { readonly takesComplex?: boolean } = {},
): AtenOperator {
  return { ...declared(schema), kind: 'view', views, takesComplex };
}

function declared(text: string, namespace = 'aten'): DeclaredOperator {
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

import type { CallOrigin } from '../../trace/origin.ts';
import type { Tracer } from '../../trace/tracer.ts';
import type { ObjectValue, TorchValue } from '../../values/value.ts';
import type { Expression, FunctionDefinition } from '../syntax/syntax.ts';
import type { Located } from './program.ts';

/** The value of an expression: a value of the program, or a function or class that can only be called. */
export type ScriptValue = TorchValue | FunctionValue | ClassValue;

export interface FunctionValue {
  readonly kind: 'function';
  readonly located: Located<FunctionDefinition>;
  /** The frame that contains a local function and whose variables it can read. */
  readonly outer?: Frame;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly name: string;
}

/** A position in serialized code, and the calls that led to it. */
export interface CodePosition {
  /** The archive entry with the code. */
  readonly entry: string;
  readonly at: number;
  /** The position of the call of the function; absent in `forward`. */
  readonly caller: CodePosition | undefined;
}

/** A running call of a function. */
export interface Frame {
  readonly variables: Map<string, ScriptValue>;
  /** The archive entry with its code. */
  readonly entry: string;
  /** The module that the method belongs to, or that called the function. */
  readonly module: ObjectValue | undefined;
  readonly caller: CodePosition | undefined;
  readonly depth: number;
  /** The current offset in the code. */
  at: number;
}

export interface CallArguments {
  readonly positional: readonly ScriptValue[];
  readonly keywords: ReadonlyMap<string, ScriptValue>;
}

/** What the parts of the evaluator need from each other. */
export interface ScriptRuntime {
  readonly tracer: Tracer;
  /** The version of the operators that the code calls. */
  readonly version: number;
  readonly evaluate: (expression: Expression, frame: Frame) => ScriptValue;
  readonly invoke: (callee: FunctionValue, args: CallArguments, caller: Frame | undefined, module: ObjectValue | undefined) => TorchValue;
  readonly findClass: (qualified: string) => ClassValue | undefined;
  readonly findFunction: (qualified: string) => FunctionValue | undefined;
  readonly findMethod: (className: string, method: string) => FunctionValue | undefined;
  /** The base of a class: `NamedTuple`, `Enum`; empty if it has none. */
  readonly baseOf: (className: string) => string;
  readonly newObject: (className: string) => ObjectValue;
  readonly attribute: (object: ObjectValue, name: string) => TorchValue | undefined;
  readonly enumMember: (className: string, name: string) => TorchValue | undefined;
  readonly constant: (name: string) => TorchValue;
  /** Counts one iteration of a loop. Throws `NcnnError`. */
  readonly spendRound: () => void;
  /** The current position of a frame in the user's Python code. */
  readonly origin: (frame: Frame) => CallOrigin;
  /** Reports an error in a call and returns `failed`. Rethrows errors that are not in the model. */
  readonly fail: (error: unknown, operator: string, frame: Frame) => TorchValue;
}

/** Whether it is a value of the program. */
export function isTorchValue(value: ScriptValue): value is TorchValue {
  return value.kind !== 'function' && value.kind !== 'class';
}

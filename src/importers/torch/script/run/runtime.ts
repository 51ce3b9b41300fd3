import type { CallOrigin } from '../../trace/origin.ts';
import type { Tracer } from '../../trace/tracer.ts';
import type { ObjectValue, TorchValue } from '../../values/value.ts';
import type { Expression, FunctionDefinition } from '../syntax/syntax.ts';
import type { Located } from './program.ts';

/** What an expression may give: a value of the program, or something that is only called. */
export type ScriptValue = TorchValue | FunctionValue | ClassValue;

export interface FunctionValue {
  readonly kind: 'function';
  readonly located: Located<FunctionDefinition>;
  /** The frame in which a local function stands; it sees the variables of that. */
  readonly outer?: Frame;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly name: string;
}

/** One call of a function while it runs. */
export interface Frame {
  readonly variables: Map<string, ScriptValue>;
  /** The entry of the archive with its code. */
  readonly entry: string;
  /** The module whose method it is, or that called it. */
  readonly module: ObjectValue | undefined;
  readonly caller: Frame | undefined;
  readonly depth: number;
  /** The offset in the code of what runs. */
  at: number;
}

export interface CallArguments {
  readonly positional: readonly ScriptValue[];
  readonly keywords: ReadonlyMap<string, ScriptValue>;
}

/** What the parts of the evaluator need of each other. */
export interface ScriptRuntime {
  readonly tracer: Tracer;
  /** The version of the operators that the code calls. */
  readonly version: number;
  readonly evaluate: (expression: Expression, frame: Frame) => ScriptValue;
  readonly invoke: (callee: FunctionValue, args: CallArguments, caller: Frame | undefined, module: ObjectValue | undefined) => TorchValue;
  readonly findClass: (qualified: string) => ClassValue | undefined;
  readonly findFunction: (qualified: string) => FunctionValue | undefined;
  readonly findMethod: (className: string, method: string) => FunctionValue | undefined;
  /** The base of a class: `NamedTuple`, `Enum`; empty for a plain one. */
  readonly baseOf: (className: string) => string;
  readonly newObject: (className: string) => ObjectValue;
  readonly attribute: (object: ObjectValue, name: string) => TorchValue | undefined;
  readonly enumMember: (className: string, name: string) => TorchValue | undefined;
  readonly constant: (name: string) => TorchValue;
  /** Pays for one round of a loop. Throws `NcnnError`. */
  readonly spendRound: () => void;
  /** Where a frame stands in the user's Python. */
  readonly origin: (frame: Frame) => CallOrigin;
  /** Gives `failed` after reporting what went wrong in a call. Throws on what is not a fault of the model. */
  readonly fail: (error: unknown, operator: string, frame: Frame) => TorchValue;
}

/** The value where it is one of the program. */
export function isTorchValue(value: ScriptValue): value is TorchValue {
  return value.kind !== 'function' && value.kind !== 'class';
}

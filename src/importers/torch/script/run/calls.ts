import { ncnnError } from '../../../../diagnostics/diagnostic.ts';
import { OperatorError } from '../../../../graph/ir/operator.ts';
import { describeValue, failed, listValue, none, type ObjectValue, type TorchValue } from '../../values/value.ts';
import { callBuiltin } from '../builtins/index.ts';
import type { CallExpression, Expression } from '../syntax/syntax.ts';
import { callOperator } from './operators.ts';
import { type CallArguments, type Frame, type FunctionValue, isTorchValue, type ScriptRuntime, type ScriptValue } from './runtime.ts';
import { isInstance, qualifiedName } from './types.ts';

/** The result of a call; several results are a tuple. */
export function evaluateCall(call: CallExpression, frame: Frame, runtime: ScriptRuntime): ScriptValue {
  const { callee } = call;
  const name = qualifiedName(callee);
  const root = name?.slice(0, name.indexOf('.'));
  if (callee.kind === 'name') {
    const special = callSpecial(callee.name, call, frame, runtime);
    if (special !== undefined) return special;
  }
  if (name !== undefined && (root === 'torch' || root === 'ops') && !frame.variables.has(root)) {
    const target = root === 'torch' ? `aten.${name.slice('torch.'.length)}` : name.slice('ops.'.length);
    return callOperator(target, argumentsOf(call, frame, runtime), at(frame, call), runtime);
  }
  if (callee.kind === 'attribute') {
    const method = callMethod(callee.object, callee.name, call, frame, runtime);
    if (method !== undefined) return method;
  }
  return callValue(runtime.evaluate(callee, frame), call, frame, runtime);
}

/** The frame with its position set to the call. */
function at(frame: Frame, call: CallExpression): Frame {
  frame.at = call.at;
  return frame;
}

function argumentsOf(call: CallExpression, frame: Frame, runtime: ScriptRuntime): CallArguments {
  return {
    positional: call.positional.map((argument) => runtime.evaluate(argument, frame)),
    keywords: new Map(call.keywords.map(([name, value]) => [name, runtime.evaluate(value, frame)])),
  };
}

/** Built-in functions whose arguments may be types. `undefined` for other names. */
function callSpecial(name: string, call: CallExpression, frame: Frame, runtime: ScriptRuntime): ScriptValue | undefined {
  const [first, second] = call.positional;
  const value = (expression: Expression | undefined): TorchValue => {
    const result = expression === undefined ? none : runtime.evaluate(expression, frame);
    if (isTorchValue(result)) return result;
    throw new OperatorError('unsupported', `a ${result.kind} cannot be used as a value`);
  };
  switch (name) {
    case 'annotate':
      return annotated(first, value(second), frame, runtime);
    case 'unchecked_cast':
      return value(second);
    case 'uninitialized':
      return none;
    case 'isinstance': {
      const object = value(first);
      if (object.kind === 'failed') return object;
      return { kind: 'bool', value: second !== undefined && isInstance(object, second) };
    }
    case 'getattr': {
      const key = value(second);
      const object = value(first);
      if (object.kind !== 'object' || key.kind !== 'string') throw new OperatorError('invalid', `getattr of ${describeValue(object)}`);
      return requireAttribute(object, key.value, runtime);
    }
    case 'fork':
    case 'awaitable':
      return forked(first, call, frame, runtime);
    case 'int':
    case 'float':
    case 'bool':
      return callOperator(
        `aten.${{ int: 'Int', float: 'Float', bool: 'Bool' }[name]}`,
        argumentsOf(call, frame, runtime),
        at(frame, call),
        runtime,
      );
    case 'str':
    case 'print':
    case 'sorted':
    case 'list':
    case 'dict':
    case 'range':
      return callOperator(`prim.${name}`, argumentsOf(call, frame, runtime), at(frame, call), runtime);
    default:
      return undefined;
  }
}

/** A tensor with the type annotation of a number is converted to the number. */
function annotated(type: Expression | undefined, value: TorchValue, frame: Frame, runtime: ScriptRuntime): TorchValue {
  const operator = type?.kind === 'name' ? { int: 'IntImplicit', float: 'FloatImplicit', number: 'ScalarImplicit' }[type.name] : undefined;
  if (value.kind !== 'tensor' || operator === undefined) return value;
  return callOperator(`aten.${operator}`, { positional: [value], keywords: new Map() }, frame, runtime);
}

/** A forked function runs immediately, because nothing can observe the order. */
function forked(callee: Expression | undefined, call: CallExpression, frame: Frame, runtime: ScriptRuntime): TorchValue {
  const target = callee === undefined ? undefined : runtime.evaluate(callee, frame);
  if (target?.kind !== 'function') throw new OperatorError('invalid', 'fork is called without a function');
  const { positional, keywords } = argumentsOf({ ...call, positional: call.positional.slice(1) }, frame, runtime);
  return runtime.invoke(target, { positional, keywords }, at(frame, call), frame.module);
}

/** A method of an object, a class or a built-in type; `undefined` if the name is a function of the archive. */
function callMethod(object: Expression, name: string, call: CallExpression, frame: Frame, runtime: ScriptRuntime): ScriptValue | undefined {
  const qualified = qualifiedName(object);
  if (qualified === '__torch__' || qualified?.startsWith('__torch__.')) {
    const owner = runtime.findClass(qualified);
    if (owner === undefined) return undefined;
    if (name === '__new__') return runtime.newObject(owner.name);
    const method = runtime.findMethod(owner.name, name);
    return method === undefined ? undefined : runtime.invoke(method, argumentsOf(call, frame, runtime), at(frame, call), frame.module);
  }
  const self = runtime.evaluate(object, frame);
  if (!isTorchValue(self)) throw new OperatorError('unsupported', `a ${self.kind} has no method ${name}`);
  if (self.kind === 'failed') return failed;
  const { positional, keywords } = argumentsOf(call, frame, runtime);
  const args: CallArguments = { positional: [self, ...positional], keywords };
  if (self.kind !== 'object') return callOperator(`aten.${name}`, args, at(frame, call), runtime);
  const method = runtime.findMethod(self.type, name);
  if (method !== undefined) return runtime.invoke(method, args, at(frame, call), self);
  throw missingMethod(self, name);
}

function missingMethod({ type }: ObjectValue, name: string): Error {
  if (!type.startsWith('__torch__.torch.classes.')) return new OperatorError('invalid', `${type} has no method ${name}`);
  const hint = 'Export the model without this class, which is written in C++.';
  return ncnnError(
    'operator-unsupported',
    `the model calls ${name} of ${type.slice('__torch__.'.length)}, whose code is not in the file`,
    hint,
  );
}

function callValue(callee: ScriptValue, call: CallExpression, frame: Frame, runtime: ScriptRuntime): ScriptValue {
  const args = argumentsOf(call, frame, runtime);
  if (callee.kind === 'function') return runtime.invoke(callee, args, at(frame, call), frame.module);
  if (callee.kind !== 'class') throw new OperatorError('invalid', `${describeValue(callee)} cannot be called`);
  const values = [...args.positional, ...args.keywords.values()].filter(isTorchValue);
  if (runtime.baseOf(callee.name) === 'NamedTuple') return { kind: 'tuple', elements: values };
  const object = runtime.newObject(callee.name);
  const initializer = runtime.findMethod(callee.name, '__init__');
  if (initializer !== undefined) initialize(initializer, object, args, frame, runtime);
  return object;
}

function initialize(
  initializer: FunctionValue,
  object: ObjectValue,
  { positional, keywords }: CallArguments,
  frame: Frame,
  runtime: ScriptRuntime,
): void {
  runtime.invoke(initializer, { positional: [object, ...positional], keywords }, frame, frame.module);
}

function requireAttribute(object: ObjectValue, name: string, runtime: ScriptRuntime): TorchValue {
  const value = runtime.attribute(object, name);
  if (value === undefined) throw new OperatorError('invalid', `an object of ${object.type} has no attribute "${name}"`);
  return value;
}

/** The values that a `for` loop iterates over. */
export function iterated(value: TorchValue, runtime: ScriptRuntime): readonly TorchValue[] {
  if (value.kind === 'list' || value.kind === 'tuple') return [...value.elements];
  const keys = value.kind === 'dict' ? callBuiltin('keys', { args: [value], keywords: new Map(), tracer: runtime.tracer }) : undefined;
  const characters =
    value.kind === 'string' ? callBuiltin('list', { args: [value], keywords: new Map(), tracer: runtime.tracer }) : undefined;
  const list = keys ?? characters ?? listValue([]);
  if (list.kind === 'list' && (keys ?? characters) !== undefined) return list.elements;
  throw new OperatorError('unsupported', `a loop cannot iterate over ${describeValue(value)}`);
}

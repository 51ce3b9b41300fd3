import { OperatorError } from '../../../../graph/ir/operator.ts';
import { boolValue, describeValue, floatValue, intValue, listValue, none, stringValue, type TorchValue } from '../../values/value.ts';
import { sequenceElements } from '../builtins/builtin.ts';
import { dictKey } from '../builtins/dicts.ts';
import { callBuiltin } from '../builtins/index.ts';
import type { AttributeExpression, Expression, Literal } from '../syntax/syntax.ts';
import { evaluateCall } from './calls.ts';
import { type Frame, isTorchValue, type ScriptRuntime, type ScriptValue } from './runtime.ts';
import { qualifiedName } from './types.ts';

/** The value of an expression. Throws `OperatorError` where Python would raise an exception, and `NcnnError` for damaged files. */
export function evaluateExpression(expression: Expression, frame: Frame, runtime: ScriptRuntime): ScriptValue {
  const evaluate = (part: Expression): TorchValue => torchValueOf(part, frame, runtime);
  switch (expression.kind) {
    case 'literal':
      return literalValue(expression);
    case 'name':
      return variable(expression.name, frame);
    case 'list':
      return listValue(expression.elements.map(evaluate));
    case 'tuple':
      return { kind: 'tuple', elements: expression.elements.map(evaluate) };
    case 'dict':
      return { kind: 'dict', entries: new Map(expression.entries.map(([key, value]) => [dictKey(evaluate(key)), evaluate(value)])) };
    case 'attribute':
      return attributeValue(expression, frame, runtime);
    case 'index':
      return indexed('__getitem__', [evaluate(expression.object), evaluate(expression.index)], frame, runtime);
    case 'slice': {
      const bounds = [expression.start, expression.end, expression.step].map((part) => (part === undefined ? none : evaluate(part)));
      return indexed('slice', [evaluate(expression.object), ...bounds], frame, runtime);
    }
    case 'call':
      return evaluateCall(expression, frame, runtime);
  }
}

/** The value of an expression, which must be a value of the program. */
export function torchValueOf(expression: Expression, frame: Frame, runtime: ScriptRuntime): TorchValue {
  const value = runtime.evaluate(expression, frame);
  if (isTorchValue(value)) return value;
  throw new OperatorError('unsupported', `a ${value.kind} cannot be used as a value`);
}

function literalValue({ value }: Literal): TorchValue {
  switch (value.kind) {
    case 'none':
      return none;
    case 'bool':
      return boolValue(value.value);
    case 'int':
      return intValue(value.value);
    case 'float':
      return floatValue(value.value);
    case 'string':
      return stringValue(value.value);
    case 'imaginary':
      throw new OperatorError('unsupported', `the complex number ${value.value}j is not supported`);
  }
}

function variable(name: string, frame: Frame): ScriptValue {
  const value = frame.variables.get(name);
  if (value === undefined) throw new OperatorError('invalid', `the variable ${name} has no value`);
  return value;
}

function indexed(operation: string, args: readonly TorchValue[], frame: Frame, runtime: ScriptRuntime): TorchValue {
  const [object = none] = args;
  const unknown = args.find(({ kind }) => kind === 'failed');
  if (unknown !== undefined) return unknown;
  try {
    const result = callBuiltin(operation, { args, keywords: new Map(), tracer: runtime.tracer });
    if (result === undefined) throw new OperatorError('unsupported', `${describeValue(object)} cannot be indexed`);
    return result;
  } catch (error) {
    return runtime.fail(error, operation, frame);
  }
}

function attributeValue(expression: AttributeExpression, frame: Frame, runtime: ScriptRuntime): ScriptValue {
  const name = qualifiedName(expression);
  if (name?.startsWith('CONSTANTS.') && !frame.variables.has('CONSTANTS')) return runtime.constant(expression.name);
  if (name?.startsWith('__torch__.')) return globalValue(name, runtime);
  if (name !== undefined && dtypeNames.has(name)) return none;
  const object = torchValueOf(expression.object, frame, runtime);
  return readAttribute(object, expression.name, runtime);
}

/** Names that always mean the default. */
const dtypeNames: ReadonlySet<string> = new Set(['torch.strided']);

/** A function or class of the archive, or a member of an Enum. */
function globalValue(name: string, runtime: ScriptRuntime): ScriptValue {
  const found = runtime.findFunction(name) ?? runtime.findClass(name);
  if (found !== undefined) return found;
  const end = name.lastIndexOf('.');
  const member = runtime.enumMember(name.slice(0, end), name.slice(end + 1));
  if (member !== undefined) return member;
  throw new OperatorError('invalid', `the archive does not define ${name}`);
}

/** An attribute of an object, a member of an Enum, a device or a tensor. */
function readAttribute(object: TorchValue, name: string, runtime: ScriptRuntime): TorchValue {
  if (object.kind === 'failed') return object;
  if (object.kind === 'object') {
    const value = runtime.attribute(object, name);
    if (value !== undefined) return value;
  }
  if (object.kind === 'tuple') {
    // The fields of a named tuple are read by index; a name can only be that of a result.
    const value = sequenceElements(object)?.[Number(name)];
    if (value !== undefined) return value;
  }
  const result =
    object.kind === 'tensor' || object.kind === 'device'
      ? callBuiltin(name, { args: [object], keywords: new Map(), tracer: runtime.tracer })
      : undefined;
  if (result !== undefined) return result;
  throw new OperatorError(
    'invalid',
    `${describeValue(object)}${object.kind === 'object' ? ` of ${object.type}` : ''} has no attribute "${name}"`,
  );
}

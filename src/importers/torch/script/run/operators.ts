import { OperatorError } from '../../../../graph/ir/operator.ts';
import { describeValue, failed, hasFailed, intValue, listValue, none, type TorchValue, unreportedReason } from '../../values/value.ts';
import { payForWalk } from '../../values/walk.ts';
import { entriesPerValue, knownInteger, reserve, sequenceElements } from '../builtins/builtin.ts';
import { callBuiltin } from '../builtins/index.ts';
import { pythonText } from '../builtins/strings.ts';
import { upgradeCall } from './legacy.ts';
import { refusePackedOperator } from './packed.ts';
import { type CallArguments, type Frame, isTorchValue, type ScriptRuntime } from './runtime.ts';

/** Thrown where the program itself raises an exception. */
export class ScriptException extends Error {
  override readonly name = 'ScriptException';
}

/**
 * Calls `NAMESPACE.NAME`, a function on Python values or an operator on tensors. Errors are reported with the line of Python, and the
 * result is a failed value. Throws `ScriptException` if the program raises an exception.
 */
export function callOperator(target: string, { positional, keywords }: CallArguments, frame: Frame, runtime: ScriptRuntime): TorchValue {
  const [namespace = '', name = ''] = target.split(/\.(.*)/s);
  const args = positional.filter(isTorchValue);
  const named = new Map([...keywords].flatMap(([key, value]) => (isTorchValue(value) ? [[key, value] as const] : [])));
  if (args.length < positional.length) throw new OperatorError('unsupported', `${target} does not accept a function or class`);
  if (name === 'RaiseException') {
    payForWalk(args, runtime.tracer.budget);
    throw new ScriptException(args.map(pythonText).slice(0, 1).join(''));
  }
  if (isWait(namespace, name)) return args[0] ?? none;
  refusePackedOperator(namespace, name);
  try {
    if (namespace === 'prim' || namespace === 'aten') {
      if (mustBeKnown(name) && isUnknown([...args, ...named.values()])) return failed;
      const result =
        name === 'range' || name === 'rangelist'
          ? range(args, runtime)
          : callBuiltin(name, { args, keywords: named, tracer: runtime.tracer });
      if (result !== undefined) return result;
    }
    return callTensorOperator(namespace, name, args, named, frame, runtime);
  } catch (error) {
    return runtime.fail(error, target, frame);
  }
}

/**
 * Whether a call reads a failed value, also in lists and tuples if `inside` is set. Throws `OperatorError` if the failure was not reported
 * yet.
 */
function isUnknown(values: readonly TorchValue[], inside = false): boolean {
  const read = inside ? values.filter(hasFailed) : values.filter(({ kind }) => kind === 'failed');
  const reason = unreportedReason(read);
  if (reason !== undefined) throw new OperatorError('unsupported', reason);
  return read.length > 0;
}

/** Lists accept failed values as elements; no other function is computed with them. */
function mustBeKnown(name: string): boolean {
  return name !== 'append' && name !== '_set_item' && name !== 'insert' && name !== 'len';
}

function isWait(namespace: string, name: string): boolean {
  return (namespace === 'aten' && name === 'wait') || (namespace === 'prim' && (name === 'awaitable_wait' || name === 'awaitable_nowait'));
}

function range(args: readonly TorchValue[], runtime: ScriptRuntime): TorchValue {
  const [first = none, second, third = intValue(1)] = args;
  const [start, end, step] = [
    second === undefined ? 0 : knownInteger(first, 'the start'),
    knownInteger(second ?? first, 'the end'),
    knownInteger(third, 'the step'),
  ];
  if (step === 0) throw new OperatorError('invalid', 'the step of a range is 0');
  const count = Math.max(0, Math.ceil((end - start) / step));
  if (count > maxSteps) throw new OperatorError('limit', `a loop would run ${count} times; the maximum is ${maxSteps}`);
  reserve(runtime, count, entriesPerValue * count);
  return listValue(Array.from({ length: count }, (_, index) => intValue(start + index * step)));
}

/** Maximum number of iterations when a loop is unrolled. */
const maxSteps: number = 2 ** 16;

function callTensorOperator(
  namespace: string,
  name: string,
  args: readonly TorchValue[],
  keywords: ReadonlyMap<string, TorchValue>,
  frame: Frame,
  runtime: ScriptRuntime,
): TorchValue {
  payForWalk([...args, ...keywords.values()], runtime.tracer.budget);
  if (isUnknown([...args, ...keywords.values()], true)) return failed;
  const operator = logicalOperators[name];
  const target = `${namespace}.${operator ?? name}`;
  const isOfTensors = [...args, ...keywords.values()].some(hasTensor);
  if (!isOfTensors && !isFactory(name)) {
    throw new OperatorError('unsupported', `${name} is not supported for (${args.map(describeValue).join(', ')})`);
  }
  const upgraded = namespace === 'aten' ? upgradeCall(name, { args, keywords }, runtime.version) : { args, keywords };
  const results = runtime.tracer.callOverloaded(target, upgraded.args, upgraded.keywords, runtime.origin(frame));
  const [only] = results;
  return results.length === 1 && only !== undefined ? only : { kind: 'tuple', elements: results };
}

/** Python operators on tensors, with their different names in torch. */
const logicalOperators: Readonly<Record<string, string>> = {
  __and__: 'bitwise_and',
  __or__: 'bitwise_or',
  __xor__: 'bitwise_xor',
  __not__: 'logical_not',
};

function hasTensor(value: TorchValue): boolean {
  return value.kind === 'tensor' || (sequenceElements(value) ?? []).some(hasTensor);
}

/** Whether an operator creates a tensor from numbers only. */
function isFactory(name: string): boolean {
  return /^(?:zeros|ones|full|empty|arange|range|linspace|logspace|eye|rand|randn|randint|randperm|tril_indices|triu_indices|complex|scalar_tensor|hann_window|hamming_window|blackman_window|bartlett_window|kaiser_window|_?empty_\w+|meshgrid|broadcast_tensors|cat|stack|einsum)$/.test(
    name,
  );
}

import { OperatorError } from '../../../../graph/ir/operator.ts';
import { describeValue, failed, type ObjectValue, type TorchValue, unreportedReason } from '../../values/value.ts';
import { sequenceElements } from '../builtins/builtin.ts';
import type { AssignStatement, Block, Expression, Statement } from '../syntax/syntax.ts';
import { iterated } from './calls.ts';
import { ScriptException } from './operators.ts';
import { type Frame, isTorchValue, type ScriptRuntime, type ScriptValue } from './runtime.ts';

/** What statements need in addition to the evaluation of expressions. */
export interface BlockRuntime extends ScriptRuntime {
  readonly setAttribute: (object: ObjectValue, name: string, value: TorchValue) => void;
  readonly valueOrFailed: (expression: Expression, frame: Frame) => ScriptValue;
  readonly refuseDynamic: (statement: string, frame: Frame) => void;
  readonly raise: (message: string, frame: Frame) => Error;
}

/** The value that a function has returned. */
export interface Returned {
  readonly value: TorchValue;
}

/** Runs statements in sequence; `undefined` if none of them returns. */
export function runBlock(block: Block, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  for (const statement of block) {
    const returned = runStatement(statement, frame, runtime);
    if (returned !== undefined) return returned;
  }
  return undefined;
}

function runStatement(statement: Statement, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  frame.at = statement.at;
  try {
    return run(statement, frame, runtime);
  } catch (error) {
    if (error instanceof ScriptException) throw runtime.raise(error.message, frame);
    if (!(error instanceof OperatorError)) throw error;
    runtime.fail(error, statement.kind, frame);
    return forget([statement], frame, runtime);
  }
}

function run(statement: Statement, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  switch (statement.kind) {
    case 'assign':
      assign(statement, runtime.valueOrFailed(statement.value, frame), frame, runtime);
      return undefined;
    case 'expression':
      runtime.valueOrFailed(statement.value, frame);
      return undefined;
    case 'return': {
      if (statement.value === undefined) return { value: { kind: 'none' } };
      const value = runtime.valueOrFailed(statement.value, frame);
      return { value: isTorchValue(value) ? value : failed };
    }
    case 'if':
      return runIf(statement, frame, runtime);
    case 'for':
      return runFor(statement, frame, runtime);
    case 'while':
      return runWhile(statement, frame, runtime);
    case 'with':
      return runWith(statement, frame, runtime);
    case 'function':
      frame.variables.set(statement.definition.name, {
        kind: 'function',
        located: { definition: statement.definition, entry: frame.entry },
        outer: frame,
      });
      return undefined;
  }
}

function assign({ targets, unpacks }: AssignStatement, value: ScriptValue, frame: Frame, runtime: BlockRuntime): void {
  if (targets.length === 1 && !unpacks) {
    const [target] = targets;
    if (target !== undefined) assignTarget(target, value, frame, runtime);
    return;
  }
  const elements = isTorchValue(value) && value.kind !== 'failed' ? sequenceElements(value) : undefined;
  targets.forEach((target, index) => {
    assignTarget(target, elements?.[index] ?? failed, frame, runtime);
  });
  const isFailed = isTorchValue(value) && value.kind === 'failed';
  if (!isFailed && elements?.length !== targets.length) {
    const what = isTorchValue(value) ? describeValue(value) : `a ${value.kind}`;
    runtime.fail(new OperatorError('invalid', `${what} cannot be unpacked into ${targets.length} values`), 'assignment', frame);
  }
}

function assignTarget(target: AssignStatement['targets'][number], value: ScriptValue, frame: Frame, runtime: BlockRuntime): void {
  if (target.kind === 'name') {
    frame.variables.set(target.name, value);
    return;
  }
  const object = runtime.valueOrFailed(target.object, frame);
  if (object.kind === 'failed') return;
  if (object.kind !== 'object' || !isTorchValue(value)) {
    runtime.fail(
      new OperatorError('invalid', `the attribute "${target.name}" of a ${object.kind} cannot be assigned`),
      'assignment',
      frame,
    );
    return;
  }
  runtime.setAttribute(object, target.name, value);
}

/** The value of a condition; `dynamic` if it depends on data, `failed` if it could not be computed. */
function conditionOf(expression: Expression, frame: Frame, runtime: BlockRuntime): boolean | 'dynamic' | 'failed' {
  const value = runtime.valueOrFailed(expression, frame);
  switch (value.kind) {
    case 'bool':
    case 'int':
    case 'float':
      return Number(value.value) !== 0;
    case 'tensor':
      return 'dynamic';
    default: {
      const reason = isTorchValue(value) ? unreportedReason([value]) : undefined;
      if (reason !== undefined) runtime.fail(new OperatorError('unsupported', reason), 'condition', frame);
      return 'failed';
    }
  }
}

function runIf(statement: Extract<Statement, { kind: 'if' }>, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  const { condition, body, otherwise } = statement;
  const holds = conditionOf(condition, frame, runtime);
  frame.at = statement.at;
  if (typeof holds === 'boolean') return runBlock(holds ? body : otherwise, frame, runtime);
  // A check that only raises an exception is assumed to succeed.
  if (raises(body)) return runBlock(otherwise, frame, runtime);
  if (raises(otherwise)) return runBlock(body, frame, runtime);
  if (holds === 'dynamic') runtime.refuseDynamic('if', frame);
  return forget([...body, ...otherwise], frame, runtime);
}

function runFor(statement: Extract<Statement, { kind: 'for' }>, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  const { target, iterable, body } = statement;
  const value = runtime.valueOrFailed(iterable, frame);
  if (!isTorchValue(value) || value.kind === 'failed') return forget(body, frame, runtime);
  for (const element of iterated(value, runtime)) {
    runtime.spendRound();
    frame.variables.set(target, element);
    const returned = runBlock(body, frame, runtime);
    if (returned !== undefined) return returned;
  }
  return undefined;
}

function runWhile(statement: Extract<Statement, { kind: 'while' }>, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  for (;;) {
    const holds = conditionOf(statement.condition, frame, runtime);
    frame.at = statement.at;
    if (holds === 'dynamic') runtime.refuseDynamic('while', frame);
    if (typeof holds !== 'boolean') return forget(statement.body, frame, runtime);
    if (!holds) return undefined;
    runtime.spendRound();
    const returned = runBlock(statement.body, frame, runtime);
    if (returned !== undefined) return returned;
  }
}

function runWith(statement: Extract<Statement, { kind: 'with' }>, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  const context = runtime.valueOrFailed(statement.context, frame);
  const call = (name: string, args: readonly TorchValue[]): TorchValue | undefined => {
    const method = context.kind === 'object' ? runtime.findMethod(context.type, name) : undefined;
    if (method === undefined || context.kind !== 'object') return undefined;
    return runtime.invoke(method, { positional: [context, ...args], keywords: new Map() }, frame, frame.module);
  };
  const entered = call('__enter__', []);
  if (statement.target !== undefined) frame.variables.set(statement.target, entered ?? failed);
  const returned = runBlock(statement.body, frame, runtime);
  const nothing: TorchValue = { kind: 'none' };
  call('__exit__', [nothing, nothing, nothing]);
  return returned;
}

/** Marks the variables that skipped code would assign as unknown. */
function forget(block: Block, frame: Frame, runtime: BlockRuntime): Returned | undefined {
  let returned: Returned | undefined;
  for (const statement of block) {
    switch (statement.kind) {
      case 'assign':
        for (const target of statement.targets) assignTarget(target, failed, frame, runtime);
        break;
      case 'return':
        returned = { value: failed };
        break;
      case 'if':
        returned = forget([...statement.body, ...statement.otherwise], frame, runtime) ?? returned;
        break;
      case 'for':
      case 'while':
      case 'with':
        returned = forget(statement.body, frame, runtime) ?? returned;
        break;
      default:
    }
  }
  return returned;
}

/** Whether a block always raises an exception. */
function raises(block: Block): boolean {
  return block.some((statement) => statement.kind === 'expression' && isRaise(statement.value));
}

function isRaise(expression: Expression): boolean {
  return expression.kind === 'call' && expression.callee.kind === 'attribute' && expression.callee.name === 'RaiseException';
}

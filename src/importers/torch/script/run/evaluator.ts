import type { Budget } from '../../../../budget/budget.ts';
import { diagnostic, NcnnError, type Place } from '../../../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../../../diagnostics/remedies.ts';
import { codeOf, OperatorError, usualRemedies } from '../../../../graph/ir/operator.ts';
import type { CallOrigin } from '../../trace/origin.ts';
import type { Tracer } from '../../trace/tracer.ts';
import { failed, none, type ObjectValue, type TorchValue } from '../../values/value.ts';
import type { Expression } from '../syntax/syntax.ts';
import { runBlock } from './blocks.ts';
import { evaluateExpression, torchValueOf } from './expressions.ts';
import type { ScriptObjects } from './objects.ts';
import type { ScriptProgram } from './program.ts';
import type { CallArguments, ClassValue, CodePosition, Frame, FunctionValue, ScriptRuntime, ScriptValue } from './runtime.ts';
import { describeLine, type SourceLines, userLine } from './sourceLines.ts';

/** Maximum nesting of calls; torch does not allow recursion. */
const maxCallDepth = 100;

/** Number of arithmetic steps that take as long as one expression. */
const stepsPerExpression = 256;

/** The parts of a program. */
export interface ScriptSources {
  readonly file: string;
  /** The version of the operators that the code calls. */
  readonly version: number;
  readonly program: ScriptProgram;
  readonly lines: SourceLines;
  readonly objects: ScriptObjects;
  /** The value of `CONSTANTS.c0`. */
  readonly constant: (name: string) => TorchValue;
  /** Limits the steps of the program. */
  readonly budget: Budget;
}

/**
 * Runs serialized TorchScript on a tracer: operations on constants and shapes are computed immediately, operations on tensors become nodes
 * of the graph. Loops are unrolled and calls are inlined.
 */
export class ScriptEvaluator implements ScriptRuntime {
  readonly tracer: Tracer;
  readonly version: number;
  readonly #sources: ScriptSources;
  /** The diagnostics of statements, as strings. */
  readonly #reported = new Set<string>();

  constructor(tracer: Tracer, sources: ScriptSources) {
    this.tracer = tracer;
    this.#sources = sources;
    this.version = sources.version;
  }

  evaluate(expression: Expression, frame: Frame): ScriptValue {
    this.#sources.budget.spend('steps', stepsPerExpression, { file: this.#sources.file });
    return evaluateExpression(expression, frame, this);
  }

  /** Calls a function with the given arguments. `module` is the module that contains its code. */
  invoke(callee: FunctionValue, args: CallArguments, caller: Frame | undefined, module: ObjectValue | undefined): TorchValue {
    const depth = (caller?.depth ?? 0) + 1;
    const { definition, entry } = callee.located;
    if (depth > maxCallDepth) throw new OperatorError('limit', `calls are nested deeper than ${maxCallDepth} levels`);
    const variables = new Map<string, ScriptValue>(callee.outer?.variables);
    const frame: Frame = { variables, entry, module, caller: caller && positionOf(caller), depth, at: definition.at };
    definition.parameters.forEach(({ name, initial }, index) => {
      const value =
        args.positional[index] ?? args.keywords.get(name) ?? (initial === undefined ? undefined : this.evaluate(initial, frame));
      if (value === undefined) throw new OperatorError('invalid', `the argument "${name}" of ${definition.name} is missing`);
      variables.set(name, value);
    });
    return runBlock(definition.body, frame, this)?.value ?? none;
  }

  findClass(qualified: string): ClassValue | undefined {
    return this.#sources.program.findClass(qualified) === undefined ? undefined : { kind: 'class', name: qualified };
  }

  findFunction(qualified: string): FunctionValue | undefined {
    const located = this.#sources.program.findFunction(qualified);
    return located === undefined ? undefined : { kind: 'function', located };
  }

  findMethod(className: string, method: string): FunctionValue | undefined {
    const located = this.#sources.program.findMethod(className, method);
    return located === undefined ? undefined : { kind: 'function', located };
  }

  /** The methods of a class that run before `forward` with its arguments, or after it with its result. */
  hooks(className: string, list: '__forward_pre_hooks__' | '__forward_hooks__'): readonly FunctionValue[] {
    const names = this.#classConstant(className, list);
    if (names?.kind !== 'list') return [];
    return names.elements.flatMap((name) => (name.kind === 'string' ? (this.findMethod(className, name.value) ?? []) : []));
  }

  baseOf(className: string): string {
    return this.#sources.program.findClass(className)?.definition.base ?? '';
  }

  newObject(className: string): ObjectValue {
    return { kind: 'object', type: className, attributes: new Map() };
  }

  attribute(object: ObjectValue, name: string): TorchValue | undefined {
    return this.#sources.objects.attribute(object, name) ?? this.#classConstant(object.type, name);
  }

  setAttribute(object: ObjectValue, name: string, value: TorchValue): void {
    this.#sources.objects.setAttribute(object, name, value);
  }

  enumMember(className: string, name: string): TorchValue | undefined {
    const value = this.#classConstant(className, name);
    if (value === undefined || this.baseOf(className) !== 'Enum') return undefined;
    return {
      kind: 'object',
      type: className,
      attributes: new Map([
        ['name', { kind: 'string', value: name }],
        ['value', value],
      ]),
    };
  }

  spendRound(): void {
    this.#sources.budget.spend('nodes', 1, { file: this.#sources.file });
  }

  constant(name: string): TorchValue {
    return this.#sources.constant(name);
  }

  origin(frame: Frame): CallOrigin {
    const { module } = frame;
    const position = positionOf(frame);
    return {
      module: this.#sources.objects.pathOf(module),
      ...(module === undefined ? {} : { moduleType: moduleType(module.type) }),
      sourceLine: () => this.#userLine(position),
    };
  }

  fail(error: unknown, operator: string, frame: Frame): TorchValue {
    const place = this.#placeOf(operator, frame);
    if (!(error instanceof OperatorError)) throw error;
    const remedy = error.remedy ?? usualRemedies[error.reason];
    const found = diagnostic(codeOf[error.reason], error.message, remedy, place);
    // A loop fails in each iteration, so duplicates are dropped.
    const text = JSON.stringify(found);
    if (!this.#reported.has(text)) this.tracer.diagnostics.push(found);
    this.#reported.add(text);
    return failed;
  }

  /** Reports a statement whose control flow is dynamic. */
  refuseDynamic(statement: string, frame: Frame): void {
    const place = this.#placeOf(statement, frame);
    const message = `the condition of the ${statement} depends on data that is computed when the net runs`;
    this.tracer.diagnostics.push(diagnostic('operator-unsupported', message, cutBefore, place));
  }

  /** The program raises an exception, so nothing after it would run. */
  raise(message: string, frame: Frame): NcnnError {
    const source = this.#userLine(positionOf(frame));
    const place = { file: this.#sources.file, ...(source === undefined ? {} : { source }) };
    const text =
      message === '' ? 'the model raises an exception for these inputs' : `the model raises an exception for these inputs: ${message}`;
    const hint = 'Check the shapes and constants that are given for the inputs.';
    return new NcnnError([...this.tracer.diagnostics, diagnostic('shape-mismatch', text, { hint, advice: [{ option: 'shape' }] }, place)]);
  }

  /** The value of an expression, which must be a value of the program; reports errors. */
  valueOrFailed(expression: Expression, frame: Frame): ScriptValue {
    try {
      return this.evaluate(expression, frame);
    } catch (error) {
      return this.fail(error, 'expression', frame);
    }
  }

  #classConstant(className: string, name: string): TorchValue | undefined {
    const located = this.#sources.program.findClass(className);
    const expression = located?.definition.constants.get(name);
    if (located === undefined || expression === undefined) return undefined;
    const frame: Frame = { variables: new Map(), entry: located.entry, module: undefined, caller: undefined, depth: 0, at: expression.at };
    return torchValueOf(expression, frame, this);
  }

  #placeOf(operator: string, frame: Frame): Place {
    const { module = '', sourceLine } = this.origin(frame);
    const source = sourceLine?.();
    return { operator, ...(module === '' ? {} : { node: module }), ...(source === undefined ? {} : { source }) };
  }

  /** The innermost line outside torch. */
  #userLine(position: CodePosition): string | undefined {
    const calls: CodePosition[] = [];
    for (let current: CodePosition | undefined = position; current !== undefined; current = current.caller) calls.push(current);
    const line = userLine(calls.flatMap(({ entry, at }) => this.#sources.lines.at(entry, at)));
    return line === undefined ? undefined : describeLine(line);
  }
}

/** The current position of a frame, which then continues. */
function positionOf({ entry, at, caller }: Frame): CodePosition {
  return { entry, at, caller };
}

/** Converts `__torch__.torch.nn.modules.conv.___torch_mangle_3.Conv2d` to `torch.nn.modules.conv.Conv2d`. */
function moduleType(className: string): string {
  return className.replace(/^__torch__\./, '').replaceAll(/___torch_mangle_\d+\./g, '');
}

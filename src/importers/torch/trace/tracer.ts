import { Budget } from '../../../budget/budget.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { graphRules } from '../../../graph/decompositions/index.ts';
import { formatShape, isStatic, type Shape, sameShape } from '../../../graph/ir/dimension.ts';
import { GraphEditor } from '../../../graph/ir/editor.ts';
import { type Graph, type GraphInput, makeNode, type ValueType } from '../../../graph/ir/graph.ts';
import { createNames } from '../../../graph/ir/names.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import type { Tensor } from '../../../graph/ir/tensor.ts';
import { AtenCall } from '../aten/call.ts';
import { type FoundOperator, findOperator, isKnownName, resolveOverload } from '../aten/find.ts';
import type { CallResult, ViewOperator } from '../aten/operator.ts';
import { complexViews } from '../aten/signal/complexViews.ts';
import { bindArguments } from '../values/binding.ts';
import { dtypeOfStored, type TorchDtype } from '../values/dtype.ts';
import { numberIn } from '../values/numberIn.ts';
import type { OperatorSchema } from '../values/schema.ts';
import { TracedTensor, type ViewStep } from '../values/tensor.ts';
import { failed, hasFailed, listValue, type TorchValue, tensorValue, unreportedReason } from '../values/value.ts';
import { floatIndices } from './floatIndices.ts';
import { type CallOrigin, callName } from './origin.ts';
import { reportCall, unknownOperator } from './reportCall.ts';
import { computeScalars } from './scalars.ts';

/** A result of the traced program. */
export interface TracedOutput {
  readonly name: string;
  readonly tensor: TracedTensor;
  /** The input that takes this value in the next run. */
  readonly updates?: string;
}

/**
 * Runs a PyTorch program on values of a graph: a reader calls the operators in order, and each call adds its nodes immediately, so that
 * type and shape of every tensor are known before the next call. Views and writes to tensors are resolved on the way.
 *
 * A call that fails is reported in {@link diagnostics} and returns failed values; calls that read these fail without a report.
 */
export class Tracer {
  readonly diagnostics: Diagnostic[] = [];
  readonly budget: Budget;
  readonly #editor: GraphEditor;
  /** Finds the Python line of a call, by the name of the call. */
  readonly #sourceLines = new Map<string, () => string | undefined>();
  /** Names of calls. */
  readonly #named = new Set<string>();
  /** Values that belong to tensors of the program. */
  readonly #owned = new Set<string>();

  /** @param budget limits the calls of the program. */
  constructor(name: string, inputs: readonly GraphInput[], budget: Budget = new Budget()) {
    this.budget = budget;
    const graph: Graph = { name, inputs, outputs: [], nodes: [], constants: new Map(), types: new Map() };
    // Decompositions wait until it is known whether the samples of a batch are computed one by one.
    this.#editor = new GraphEditor(graph, { rules: graphRules([]), names: createNames(), budget });
  }

  /** The tensor of a graph input; a complex one has its parts on the last axis of the input. */
  input(name: string, dtype: TorchDtype): TracedTensor {
    return TracedTensor.of(name, dtype);
  }

  /** A tensor of the file: a parameter, a buffer or a constant. */
  constant(name: string, value: Tensor, dtype: TorchDtype): TracedTensor {
    return TracedTensor.of(this.#editor.constant(value, name), dtype);
  }

  /** dtype and shape of the current value of a tensor. */
  typeOf(tensor: TracedTensor): ValueType | undefined {
    return this.#editor.typeOf(tensor.value);
  }

  shapeOf(tensor: TracedTensor): Shape | undefined {
    const shape = this.typeOf(tensor)?.shape;
    return tensor.dtype.startsWith('complex') ? shape?.slice(0, -1) : shape;
  }

  constantOf(tensor: TracedTensor): Tensor | undefined {
    return this.#editor.constantOf(tensor.value);
  }

  /** Calls an operator by its full name, `aten.add_.Tensor`. Returns one value per result. */
  call(
    target: string,
    positional: readonly TorchValue[],
    keywords: ReadonlyMap<string, TorchValue> = new Map(),
    origin: CallOrigin = {},
  ): readonly TorchValue[] {
    const found = findOperator(target);
    if (found === undefined) return this.#fail(target, origin, unknownOperator(target), 1);
    return this.#run(found, target, positional, keywords, origin);
  }

  /** Calls the overload of an operator that accepts the arguments; `name` is `aten.add_`. */
  callOverloaded(
    name: string,
    positional: readonly TorchValue[],
    keywords: ReadonlyMap<string, TorchValue> = new Map(),
    origin: CallOrigin = {},
  ): readonly TorchValue[] {
    const operands = [...positional, ...keywords.values()];
    if (operands.some(hasFailed)) {
      const reason = unreportedReason(operands);
      return this.#fail(name, origin, reason === undefined ? undefined : new OperatorError('unsupported', reason), 1);
    }
    const found = resolveOverload(name, positional, keywords);
    if (found !== undefined) return this.#run(found, name, positional, keywords, origin);
    const reason = isKnownName(name)
      ? new OperatorError('unsupported', `no supported overload of ${name} takes these arguments`)
      : unknownOperator(name);
    return this.#fail(name, origin, reason, 1);
  }

  /** Runs a part of a program that replaces a call; its errors are reported like those of a call. */
  guard(target: string, origin: CallOrigin, results: number, run: () => readonly TorchValue[]): readonly TorchValue[] {
    try {
      return run();
    } catch (error) {
      return this.#fail(target, origin, error, results);
    }
  }

  /**
   * Computes with Python numbers, including dynamic sizes: `add`, `floordiv`, `eq`, `neg`, `sqrt` … Throws `OperatorError` for unknown
   * operations.
   */
  compute(operation: string, operands: readonly TorchValue[]): TorchValue {
    return operands.some(hasFailed) ? failed : computeScalars(operation, operands, this.#editor);
  }

  /** The number in a tensor with one element, like `item()`; `undefined` if it is dynamic. */
  numberOf(tensor: TracedTensor): TorchValue | undefined {
    return numberIn(this.#editor, tensor);
  }

  /** The graph with the given results under their names; a value that already has another name gets a node with the new name. */
  graph(outputs: readonly TracedOutput[], others: readonly string[] = []): Graph {
    const { index } = this.#editor;
    // Reading a view may add nodes, so all are read before any value is renamed.
    const values = outputs.map(({ tensor }) => tensor.value);
    const names = new Set(outputs.map(({ name }) => name));
    const renamed = new Map<string, string>();
    const rename = (value: string, name: string): void => {
      index.rename(value, name, index.producer(value)?.name);
      renamed.set(value, name);
    };
    for (const name of names) if (index.producer(name) !== undefined) rename(name, this.#editor.fresh(`${name}_value`));
    const taken = new Set<string>();
    for (const [place, { name }] of outputs.entries()) {
      const original = values[place] ?? '';
      const value = renamed.get(original) ?? original;
      if (index.producer(value) === undefined || taken.has(original)) this.#editor.add(makeNode('Identity', [value], [name]));
      else rename(value, name);
      renamed.set(original, name);
      taken.add(original);
    }
    return this.#editor.graph([...names, ...others.filter((name) => !names.has(name) && index.producer(name) !== undefined)]);
  }

  /** The float inputs that the program reads as indices. They must be integers, but the file does not contain their types. */
  floatIndices(inputs: readonly string[]): ReadonlySet<string> {
    return floatIndices(this.#editor.index, inputs);
  }

  /** The Python line of a call; `undefined` if the file does not contain it, or for other names. */
  sourceOf(name: string): string | undefined {
    return this.#sourceLines.get(name)?.();
  }

  /** The values that no node reads. */
  unread(): readonly string[] {
    const { index } = this.#editor;
    const computed = Array.from(index.nodes.entries(), ({ node }) => node.outputs).flat();
    return computed.filter((value) => value !== '' && index.readerCount(value) === 0);
  }

  #run(
    { operator, isInPlace }: FoundOperator,
    target: string,
    positional: readonly TorchValue[],
    keywords: ReadonlyMap<string, TorchValue>,
    origin: CallOrigin,
  ): readonly TorchValue[] {
    const schema = operator.schema();
    const named = isInPlace ? renamedSelf(keywords, schema) : keywords;
    const operands = [...positional, ...keywords.values()];
    if (operands.some(hasFailed)) {
      const reason = unreportedReason(operands);
      return this.#fail(target, origin, reason === undefined ? undefined : new OperatorError('unsupported', reason), schema.returns.length);
    }
    const name = this.#editor.fresh(callName(origin, target, (candidate) => this.#named.has(candidate)));
    this.#named.add(name);
    if (origin.sourceLine !== undefined) this.#sourceLines.set(name, origin.sourceLine);
    try {
      return this.#editor.scoped(name, () => {
        this.#own(operands);
        const call = new AtenCall(schema.target, bindArguments(schema, positional, named), this.#editor);
        if (operator.kind === 'view') return this.#takeViews(call, schema, operator, name);
        const results = this.#wrapResults(operator.convert(call), schema, name);
        const [first = failed] = results;
        return isInPlace ? [this.#overwrite(call, schema, first)] : results;
      });
    } catch (error) {
      return this.#fail(target, origin, error, schema.returns.length, positional);
    }
  }

  #takeViews(
    call: AtenCall,
    { parameters, returns }: OperatorSchema,
    { views: takeViews, takesComplex }: ViewOperator,
    name: string,
  ): readonly TorchValue[] {
    const first = parameters[0]?.name ?? '';
    const base = call.tensor(first);
    if (base.depth >= maxViewDepth) throw new OperatorError('limit', `views are nested ${base.depth} deep; the maximum is ${maxViewDepth}`);
    const steps = call.isComplex(first) && !takesComplex ? complexViews(call, first, takeViews) : takeViews(call);
    const list: readonly ViewStep[] = 'read' in steps ? [steps] : steps;
    const views = list.map((step) => {
      const value = this.#nameValue(step.read(base.value), name);
      return tensorValue(step.isCopy ? TracedTensor.of(value, step.dtype ?? base.dtype) : TracedTensor.viewOf(base, step, value));
    });
    return returns[0]?.list === undefined ? views : [listValue(views)];
  }

  /** The results of a call as values of the program. */
  #wrapResults(result: CallResult, { returns }: OperatorSchema, name: string): readonly TorchValue[] {
    const wrap = (entry: TorchValue | string): TorchValue => {
      if (typeof entry !== 'string') return entry;
      const value = this.#nameValue(entry, name);
      return tensorValue(TracedTensor.of(value, dtypeOfStored(this.#editor.typeOf(value)?.dtype)));
    };
    if (typeof result === 'string' || 'kind' in result) return [wrap(result)];
    const values = result.map(wrap);
    return returns.length === 1 && returns[0]?.list !== undefined ? [listValue(values)] : values;
  }

  /** Writes a result to the first argument of a call, with the type and shape of the argument. */
  #overwrite(call: AtenCall, { parameters }: OperatorSchema, result: TorchValue): TorchValue {
    const tensor = call.tensor(parameters[0]?.name ?? '');
    if (result.kind !== 'tensor') throw new OperatorError('unsupported', `${call.target} returns nothing that can be written`);
    if (!tensor.isWritable) {
      throw new OperatorError('unsupported', 'the written tensor is a view in which elements may appear twice');
    }
    this.budget.spend('nodes', nodesPerView * tensor.depth);
    const expected = this.typeOf(tensor)?.shape;
    const converted = call.cast(result.tensor.value, tensor.dtype);
    const shape = this.#editor.typeOf(converted)?.shape;
    if (expected === undefined || shape === undefined || sameShape(expected, shape)) tensor.write(converted);
    else if (isStatic(expected)) tensor.write(call.emit('Expand', [converted, call.integers(expected)]));
    else throw new OperatorError('shape', `a result of the shape ${formatShape(shape)} is written into ${formatShape(expected)}`);
    return tensorValue(tensor);
  }

  /** Values that belong to tensors of the program keep their names. */
  #own(values: readonly TorchValue[]): void {
    for (const value of values) {
      if (value.kind === 'tensor') this.budget.spend('nodes', nodesPerView * value.tensor.staleViews);
      if (value.kind === 'tensor') this.#owned.add(value.tensor.value).add(value.tensor.root.value);
      else if (value.kind === 'list' || value.kind === 'tuple') this.#own(value.elements);
    }
  }

  /** Gives a computed value and its node the name of the call. */
  #nameValue(value: string, preferred: string): string {
    const { index } = this.#editor;
    if (this.#owned.has(value) || index.producer(value) === undefined) return value;
    const name = this.#owned.has(preferred) ? this.#editor.fresh('result') : preferred;
    index.rename(value, name, name);
    this.#owned.add(name);
    return name;
  }

  #fail(target: string, origin: CallOrigin, error: unknown, results: number, operands: readonly TorchValue[] = []): readonly TorchValue[] {
    const shapes = operands.flatMap((value) => (value.kind === 'tensor' ? [formatShape(this.shapeOf(value.tensor))] : []));
    if (error !== undefined) reportCall(this.diagnostics, error, { target, origin, shapes });
    return Array.from({ length: results }, () => failed);
  }
}

/** Maximum number of nested views; a value is read and written through all of them. */
const maxViewDepth = 256;

/** Nodes for reading or writing a view: a slice before it, a slice after it, and a Concat. */
const nodesPerView = 8;

/** In-place operators call their first argument `self`, whatever its name in the schema. */
function renamedSelf(keywords: ReadonlyMap<string, TorchValue>, { parameters }: OperatorSchema): ReadonlyMap<string, TorchValue> {
  return new Map([...keywords].map(([name, value]) => [name === 'self' ? (parameters[0]?.name ?? name) : name, value]));
}

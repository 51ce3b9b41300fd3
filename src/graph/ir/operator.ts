import type { Remedy } from '../../diagnostics/advice.ts';
import type { DiagnosticCode } from '../../diagnostics/catalogue/index.ts';
import { type Diagnostic, diagnostic, NcnnError, type Place } from '../../diagnostics/diagnostic.ts';
import { cutBefore, fixShapes, pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { type Dimension, isStatic, type Shape } from './dimension.ts';
import type { Attribute, AttributeKind, Graph, Node, ValueType } from './graph.ts';
import type { OperatorFacts } from './operatorFacts.ts';
import type { Tensor } from './tensor.ts';

/**
 * What an operator means. One definition per operator, in the file of its family under `ops/`; the lowering to ncnn
 * is its twin under `lower/`.
 */
export interface Operator extends OperatorFacts {
  /**
   * dtype and shape of every output (of those that are asked for). Called with the types of the inputs, and with the
   * values of those that are constant. A shape that depends on values nobody knows yet is `undefined`, or has a fresh
   * symbol from {@link OperatorNode.symbol} for the axes concerned.
   * Throws {@link OperatorError} where the node breaks the rules of the operator.
   */
  readonly infer: (node: OperatorNode) => readonly ValueType[];
  /**
   * Reference arithmetic: the outputs for given inputs (`undefined` for one left out). Used for constant folding and
   * for `verify`. Left out where the result is not determined by the inputs (random numbers) .
   */
  readonly evaluate?: (node: OperatorNode, inputs: readonly (Tensor | undefined)[]) => readonly Tensor[];
  /**
   * Steps of arithmetic that `evaluate` takes besides one for each element of its operands and results: multiply-adds of a product,
   * comparisons of a sort. All operands are constant; `results` are what `infer` gave. Left out where there are none.
   */
  readonly cost?: (node: OperatorNode, results: readonly ValueType[]) => number;
}

/** The operators of one family by ONNX name, the domain in front unless it is the default one. */
export type OperatorFamily = Readonly<Record<string, Operator>>;

/** Why a node is refused. */
export type Reason = 'invalid' | 'unsupported' | 'shape' | 'limit';

/** The diagnostic code that stands for a reason. */
export const codeOf: Readonly<Record<Reason, DiagnosticCode>> = {
  invalid: 'operator-invalid',
  unsupported: 'operator-unsupported',
  shape: 'shape-unknown',
  limit: 'limit-exceeded',
};

/** What to do about a reason, where the error does not say. */
export const usualRemedies: Readonly<Record<Reason, string | Remedy>> = {
  invalid: 'Check the model with onnx.checker, or export it again.',
  unsupported: cutBefore,
  shape: fixShapes,
  limit: 'Check the sizes in the model and those given for its inputs; no option raises this limit.',
};

/** Most elements of a constant that are looked at as sizes. */
const maxDimensions = 2 ** 16;

/** A node breaks the rules of its operator, or asks for something that is not supported. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  /** `invalid`: no runtime would take the node. `unsupported`: we do not, or ncnn cannot. `limit`: it asks for too much. */
  readonly reason: Reason;
  /** What to do, where that is not the usual. */
  readonly remedy: string | Remedy | undefined;

  constructor(reason: Reason, message: string, remedy?: string | Remedy) {
    super(message);
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** What an error of the model at a place is reported as. Throws any other error on: it is a fault of ours. */
export function operatorDiagnostics(error: unknown, place: Place): readonly Diagnostic[] {
  if (error instanceof OperatorError) {
    return [diagnostic(codeOf[error.reason], error.message, error.remedy ?? usualRemedies[error.reason], place)];
  }
  if (error instanceof NcnnError) return error.diagnostics.map((entry) => ({ ...entry, place: { ...entry.place, ...place } }));
  throw error;
}

/** An operand as an operator sees it: its type, and its value where that is constant. */
export interface Operand extends ValueType {
  readonly name: string;
  readonly constant?: Tensor | undefined;
}

/** A node with its operands and typed access to its attributes. */
export class OperatorNode {
  readonly node: Node;
  readonly #operands: readonly (Operand | undefined)[];

  /** `operands` holds one entry an input, `undefined` for those left out. */
  constructor(node: Node, operands: readonly (Operand | undefined)[]) {
    this.node = node;
    this.#operands = operands;
  }

  get operator(): string {
    return this.node.operator;
  }

  /** Number of inputs, those left out in the middle included. */
  get inputCount(): number {
    return this.#operands.length;
  }

  /** Number of outputs named by the node, unused ones in the middle included. */
  get outputCount(): number {
    return this.node.outputs.length;
  }

  /** Whether the output is there and has a name. */
  hasOutput(index: number): boolean {
    return Boolean(this.node.outputs[index]);
  }

  /** The operand. Throws {@link OperatorError} where it is left out. */
  input(index: number): Operand {
    const operand = this.#operands[index];
    if (operand === undefined) throw new OperatorError('invalid', `input ${index} is missing`);
    return operand;
  }

  /** The operand, or `undefined` where it is left out. */
  optionalInput(index: number): Operand | undefined {
    return this.#operands[index];
  }

  /** All operands; throws where one is left out (for variadic operators). */
  inputs(): readonly Operand[] {
    return this.#operands.map((_, index) => this.input(index));
  }

  /** The shape of an operand; throws where its rank is unknown. */
  shape(index: number): Shape {
    const { shape, name } = this.input(index);
    if (shape === undefined) throw new OperatorError('shape', `the rank of "${name}" is unknown`);
    return shape;
  }

  /** The shape of an operand as numbers; throws where an axis is free. */
  staticShape(index: number): readonly number[] {
    const shape = this.shape(index);
    if (!isStatic(shape)) {
      throw new OperatorError('shape', `the shape [${shape.join(',')}] of "${this.input(index).name}" has free axes`);
    }
    return shape;
  }

  /** The value of a constant operand, `undefined` where it is not constant or left out. */
  constant(index: number): Tensor | undefined {
    return this.#operands[index]?.constant;
  }

  /** Integers of a constant operand (axes, pads, repeats); `undefined` where it is left out; throws where it is live. */
  constantIntegers(index: number): number[] | undefined {
    const operand = this.#operands[index];
    if (operand === undefined) return undefined;
    if (operand.constant === undefined) {
      throw new OperatorError('unsupported', `"${operand.name}" must be a constant, but it is computed when the net runs`, pinOrFixShapes);
    }
    return operand.constant.toIntegers();
  }

  /**
   * The elements of an integer operand as dimensions: its constant value, or what is known of it symbolically. `undefined` for a constant
   * with more elements than any list of sizes has, which is data.
   */
  dimensions(index: number): readonly Dimension[] | undefined {
    const operand = this.#operands[index];
    if (operand?.constant === undefined) return operand?.elements;
    return operand.constant.size <= maxDimensions ? operand.constant.toIntegers() : undefined;
  }

  int(name: string): number;
  int<T>(name: string, fallback: T): number | T;
  int(name: string, ...fallback: readonly unknown[]): unknown {
    const attribute = this.#attribute(name, 'int', fallback);
    return attribute === undefined ? fallback[0] : this.#safe(name, attribute.value);
  }

  float(name: string): number;
  float<T>(name: string, fallback: T): number | T;
  float(name: string, ...fallback: readonly unknown[]): unknown {
    const attribute = this.#attribute(name, 'float', fallback);
    return attribute === undefined ? fallback[0] : attribute.value;
  }

  string(name: string): string;
  string<T>(name: string, fallback: T): string | T;
  string(name: string, ...fallback: readonly unknown[]): unknown {
    const attribute = this.#attribute(name, 'string', fallback);
    return attribute === undefined ? fallback[0] : attribute.value;
  }

  ints(name: string): number[];
  ints<T>(name: string, fallback: T): number[] | T;
  ints(name: string, ...fallback: readonly unknown[]): unknown {
    const attribute = this.#attribute(name, 'ints', fallback);
    return attribute === undefined ? fallback[0] : attribute.value.map((value) => this.#safe(name, value));
  }

  floats(name: string): readonly number[];
  floats<T>(name: string, fallback: T): readonly number[] | T;
  floats(name: string, ...fallback: readonly unknown[]): unknown {
    const attribute = this.#attribute(name, 'floats', fallback);
    return attribute === undefined ? fallback[0] : attribute.value;
  }

  strings(name: string): readonly string[];
  strings<T>(name: string, fallback: T): readonly string[] | T;
  strings(name: string, ...fallback: readonly unknown[]): unknown {
    const attribute = this.#attribute(name, 'strings', fallback);
    return attribute === undefined ? fallback[0] : attribute.value;
  }

  tensor(name: string): Tensor | undefined {
    return this.#attribute(name, 'tensor', [undefined])?.value;
  }

  graph(name: string): Graph | undefined {
    return this.#attribute(name, 'graph', [undefined])?.value;
  }

  hasAttribute(name: string): boolean {
    return this.node.attributes.has(name);
  }

  /** An `axis` attribute or value counted from the front, for a tensor of the given rank. Throws when out of range. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) throw new OperatorError('invalid', `axis ${axis} does not exist in a tensor of rank ${rank}`);
    return positive;
  }

  /** A symbol for an axis whose size is known only when the net runs; unique to this node. */
  symbol(suffix: string | number): string {
    return `(${this.node.name}:${suffix})`;
  }

  #attribute<K extends AttributeKind>(name: string, kind: K, fallback: readonly unknown[]): Extract<Attribute, { kind: K }> | undefined {
    const attribute = this.node.attributes.get(name);
    if (attribute === undefined) {
      if (fallback.length > 0) return undefined;
      throw new OperatorError('invalid', `the attribute "${name}" is missing`);
    }
    if (!hasKind(attribute, kind)) {
      throw new OperatorError('invalid', `the attribute "${name}" is of kind ${attribute.kind}, not ${kind}`);
    }
    return attribute;
  }

  #safe(name: string, value: bigint): number {
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new OperatorError('invalid', `the attribute "${name}" is out of range: ${value}`);
    return number;
  }
}

function hasKind<K extends AttributeKind>(attribute: Attribute, kind: K): attribute is Extract<Attribute, { kind: K }> {
  return attribute.kind === kind;
}

/** A node that breaks the rules of its operator, with its operands as they were known then. It is not in the graph. */
export interface FailedNode {
  readonly node: OperatorNode;
  readonly error: OperatorError;
}

/** The name of an operator without its domain. */
export function localName(operator: string): string {
  return operator.slice(operator.lastIndexOf(':') + 1);
}

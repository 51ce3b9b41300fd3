import type { Remedy } from '../../diagnostics/advice.ts';
import type { DiagnosticCode } from '../../diagnostics/catalogue/index.ts';
import { type Diagnostic, diagnostic, NcnnError, type Place } from '../../diagnostics/diagnostic.ts';
import { cutBefore, fixShapes, pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { type Dimension, isStatic, type Shape } from './dimension.ts';
import type { Attribute, AttributeKind, Graph, Node, ValueType } from './graph.ts';
import type { OperatorFacts } from './operatorFacts.ts';
import type { Tensor } from './tensor.ts';

/**
 * The semantics of an operator. There is one definition per operator, in the file of its family under `ops/`; `lower/` has the
 * corresponding lowering to ncnn.
 */
export interface Operator extends OperatorFacts {
  /**
   * Returns dtype and shape of every requested output. Called with the types of the inputs, and with the values of constant inputs. If a
   * shape depends on values that are not known yet, it is `undefined`, or the axes concerned have a new symbol from {@link
   * OperatorNode.symbol}. Throws {@link OperatorError} if the node breaks the rules of the operator.
   */
  readonly infer: (node: OperatorNode) => readonly ValueType[];
  /**
   * Reference arithmetic: computes the outputs for the given inputs (`undefined` if omitted). Used for constant folding and `verify`.
   * Absent if the inputs do not determine the result (random numbers).
   */
  readonly evaluate?: (node: OperatorNode, inputs: readonly (Tensor | undefined)[]) => readonly Tensor[];
  /**
   * The steps of arithmetic of `evaluate`, in addition to one per element of operands and results: multiply-adds of a product, comparisons
   * of a sort. All operands are constant; `results` are the types from `infer`. Absent if there are none.
   */
  readonly cost?: (node: OperatorNode, results: readonly ValueType[]) => number;
}

/** The operators of one family by ONNX name, with the domain as prefix unless it is the default. */
export type OperatorFamily = Readonly<Record<string, Operator>>;

/** The reason for rejecting a node. */
export type Reason = 'invalid' | 'unsupported' | 'shape' | 'limit';

/** The diagnostic code for each reason. */
export const codeOf: Readonly<Record<Reason, DiagnosticCode>> = {
  invalid: 'operator-invalid',
  unsupported: 'operator-unsupported',
  shape: 'shape-unknown',
  limit: 'limit-exceeded',
};

/** The hint for each reason, unless the error has one. */
export const usualRemedies: Readonly<Record<Reason, string | Remedy>> = {
  invalid: 'Check the model with onnx.checker, or export it again.',
  unsupported: cutBefore,
  shape: fixShapes,
  limit: 'Check the sizes in the model and those given for its inputs; no option raises this limit.',
};

/** Maximum number of elements in a constant that is read as sizes. */
const maxDimensions = 2 ** 16;

/** A node breaks the rules of its operator or is not supported. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  /** `invalid`: no runtime would accept the node. `unsupported`: the converter or ncnn does not support it. `limit`: it exceeds a limit. */
  readonly reason: Reason;
  /** The hint, if it differs from the usual one. */
  readonly remedy: string | Remedy | undefined;

  constructor(reason: Reason, message: string, remedy?: string | Remedy) {
    super(message);
    this.reason = reason;
    this.remedy = remedy;
  }
}

/** The diagnostics for an error in the model at a place. Rethrows all other errors, which are bugs of the converter. */
export function operatorDiagnostics(error: unknown, place: Place): readonly Diagnostic[] {
  if (error instanceof OperatorError) {
    return [diagnostic(codeOf[error.reason], error.message, error.remedy ?? usualRemedies[error.reason], place)];
  }
  if (error instanceof NcnnError) return error.diagnostics.map((entry) => ({ ...entry, place: { ...entry.place, ...place } }));
  throw error;
}

/** An operand of a node: its type, and its value if it is constant. */
export interface Operand extends ValueType {
  readonly name: string;
  readonly constant?: Tensor | undefined;
}

/** A node with its operands and typed access to its attributes. */
export class OperatorNode {
  readonly node: Node;
  readonly #operands: readonly (Operand | undefined)[];

  /** `operands` has one entry per input, `undefined` for omitted ones. */
  constructor(node: Node, operands: readonly (Operand | undefined)[]) {
    this.node = node;
    this.#operands = operands;
  }

  get operator(): string {
    return this.node.operator;
  }

  /** Number of inputs, including omitted ones in the middle. */
  get inputCount(): number {
    return this.#operands.length;
  }

  /** Number of outputs that the node names, including unused ones in the middle. */
  get outputCount(): number {
    return this.node.outputs.length;
  }

  /** Whether the output exists and has a name. */
  hasOutput(index: number): boolean {
    return Boolean(this.node.outputs[index]);
  }

  /** The operand. Throws {@link OperatorError} if it is omitted. */
  input(index: number): Operand {
    const operand = this.#operands[index];
    if (operand === undefined) throw new OperatorError('invalid', `input ${index} is missing`);
    return operand;
  }

  /** The operand, or `undefined` if it is omitted. */
  optionalInput(index: number): Operand | undefined {
    return this.#operands[index];
  }

  /** All operands, for variadic operators; throws if one is omitted. */
  inputs(): readonly Operand[] {
    return this.#operands.map((_, index) => this.input(index));
  }

  /** The shape of an operand; throws if its rank is unknown. */
  shape(index: number): Shape {
    const { shape, name } = this.input(index);
    if (shape === undefined) throw new OperatorError('shape', `the rank of "${name}" is unknown`);
    return shape;
  }

  /** The shape of an operand as numbers; throws if an axis is dynamic. */
  staticShape(index: number): readonly number[] {
    const shape = this.shape(index);
    if (!isStatic(shape)) {
      throw new OperatorError('shape', `the shape [${shape.join(',')}] of "${this.input(index).name}" has dynamic axes`);
    }
    return shape;
  }

  /** The value of a constant operand; `undefined` if it is dynamic or omitted. */
  constant(index: number): Tensor | undefined {
    return this.#operands[index]?.constant;
  }

  /** The integers of a constant operand (axes, pads, repeats); `undefined` if it is omitted. Throws if it is dynamic. */
  constantIntegers(index: number): number[] | undefined {
    const operand = this.#operands[index];
    if (operand === undefined) return undefined;
    if (operand.constant === undefined) {
      throw new OperatorError('unsupported', `"${operand.name}" must be a constant, but it is computed when the net runs`, pinOrFixShapes);
    }
    return operand.constant.toIntegers();
  }

  /**
   * The elements of an integer operand as dimensions: its constant value, or its known symbolic elements. `undefined` for constants with
   * more elements than a list of sizes can have, which are data.
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

  /** An `axis` attribute or value counted from the front, for a tensor of the given rank. Throws if it is out of range. */
  axis(axis: number, rank: number): number {
    const positive = axis < 0 ? axis + rank : axis;
    if (positive < 0 || positive >= rank) throw new OperatorError('invalid', `axis ${axis} does not exist in a tensor of rank ${rank}`);
    return positive;
  }

  /** A symbol for an axis whose size is known only at run time; unique to this node. */
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

/** A node that breaks the rules of its operator, with its operands as known at that time. It is not in the graph. */
export interface FailedNode {
  readonly node: OperatorNode;
  readonly error: OperatorError;
}

/** The name of an operator without its domain. */
export function localName(operator: string): string {
  return operator.slice(operator.lastIndexOf(':') + 1);
}

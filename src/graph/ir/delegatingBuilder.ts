import { GraphBuilder, type NodeAttributes } from './builder.ts';
import { isStatic, type Shape } from './dimension.ts';
import type { Graph, ValueType } from './graph.ts';
import { OperatorError } from './operator.ts';
import type { Tensor } from './tensor.ts';

/** Adds to the graph of another builder. Importers extend it for their operator rules. */
export abstract class DelegatingBuilder extends GraphBuilder {
  readonly #builder: GraphBuilder;

  constructor(builder: GraphBuilder) {
    super();
    this.#builder = builder;
  }

  /** The shape of a value; throws `OperatorError` if its rank is unknown. */
  shapeOf(value: string): Shape {
    const shape = this.typeOf(value)?.shape;
    if (shape === undefined) throw new OperatorError('shape', `the rank of "${value}" is unknown`);
    return shape;
  }

  /** The sizes of a value; throws `OperatorError` if an axis is dynamic. */
  sizesOf(value: string): readonly number[] {
    const shape = this.shapeOf(value);
    if (!isStatic(shape)) throw new OperatorError('shape', `the shape [${shape.join(',')}] of "${value}" has dynamic axes`);
    return shape;
  }

  emitAll(operator: string, inputs: readonly string[], outputs: number, attributes?: NodeAttributes, role?: string): readonly string[] {
    return this.#builder.emitAll(operator, inputs, outputs, attributes, role);
  }

  constant(value: Tensor, role?: string): string {
    return this.#builder.constant(value, role);
  }

  reserve(elements: number): void {
    this.#builder.reserve(elements);
  }

  inline(graph: Graph, inputs: readonly string[], role?: string): readonly string[] {
    return this.#builder.inline(graph, inputs, role);
  }

  typeOf(value: string | undefined): ValueType | undefined {
    return this.#builder.typeOf(value);
  }

  constantOf(value: string | undefined): Tensor | undefined {
    return this.#builder.constantOf(value);
  }

  declaredType(value: string | undefined): ValueType | undefined {
    return this.#builder.declaredType(value);
  }
}

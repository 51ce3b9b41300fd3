import { elementCount, isStatic } from '../ir/dimension.ts';
import type { Graph, GraphInput } from '../ir/graph.ts';
import { allocate, isFloat, Tensor } from '../ir/tensor.ts';
import { graphOf } from '../ir/testing.ts';
import { evaluate } from '../stages/evaluate.ts';
import { rewrite } from './index.ts';

/**
 * For tests: the graph after inference, folding and all rewrites of a few nodes over float32 inputs. Both graphs are computed on the same
 * random input, with size 3 for dynamic axes, and must agree.
 */
export function rewriteNodes(...parts: Parameters<typeof graphOf>): Graph {
  const source = graphOf(...parts);
  const { graph, diagnostics } = rewrite(source);
  if (diagnostics.length === 0) compareGraphs(source, graph);
  return graph;
}

/** The operators of a graph in order. */
export function operatorsOf(graph: Graph): readonly string[] {
  return graph.nodes.map((node) => node.operator);
}

function compareGraphs(source: Graph, rewritten: Graph): void {
  const feeds = new Map(
    source.inputs.filter(({ name }) => !source.constants.has(name)).map((input, place) => [input.name, feed(input, place)]),
  );
  const [expected, found] = [evaluate(source, feeds), evaluate(rewritten, feeds)];
  for (const [name, tensor] of expected) {
    const other = found.get(name);
    if (other === undefined || String(other.shape) !== String(tensor.shape)) {
      throw new Error(`"${name}" has the shape [${other?.shape}] instead of [${tensor.shape}]`);
    }
    const [left, right] = [tensor.toFloat64(), other.toFloat64()];
    const scale = Math.max(1, ...left.filter(Number.isFinite).map(Math.abs));
    const worst = left.findIndex((value, index) => !isClose(value, right[index] ?? Number.NaN, scale));
    if (worst !== -1) throw new Error(`"${name}"[${worst}] is ${right[worst]} instead of ${left[worst]}`);
  }
}

function isClose(left: number, right: number, scale: number): boolean {
  return Object.is(left, right) || left === right || Math.abs(left - right) <= 1e-4 * scale;
}

/** Pseudorandom values; integers and bools are 0 and 1. */
function feed({ name, type: { dtype, shape } }: GraphInput, place: number): Tensor {
  const sizes = (shape ?? []).map((size) => (typeof size === 'number' ? size : 3));
  if (dtype === 'string' || !isStatic(sizes)) throw new Error(`the input "${name}" cannot be fed`);
  const values = allocate(dtype, elementCount(sizes));
  let state = 7919 + 31 * place;
  for (let index = 0; index < values.length; index++) {
    state = (state * 48271) % 2147483647;
    const random = state / 2147483647;
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) values[index] = BigInt(Math.round(random));
    else values[index] = isFloat(dtype) ? random * 2 - 1 : Math.round(random);
  }
  return Tensor.of(dtype, sizes, values);
}

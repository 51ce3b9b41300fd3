import { isStatic, type Shape } from '../../ir/dimension.ts';
import { float, type Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Replacement, Rewrite } from '../rewrite.ts';
import { type LinearMap, linearMap } from './linearMap.ts';
import { type OperandRearrangement, placesOf, rearrangementOf } from './rearrangement.ts';

/**
 * `softmax(Q Kᵀ) V` with several heads between four linear maps is an `ncnn:ProjectedAttention`, regardless of how the heads are split and
 * joined: the weight column of each element is found by tracing element positions.
 */
export const findProjectedAttention: Rewrite = {
  name: 'find-projected-attention',
  operators: ['MatMul', 'Gemm', 'Add'],
  match: (node, graph) => {
    const last = linearMap(node, graph);
    const core = last && coreOf(last.x, graph);
    if (last === undefined || core === undefined) return undefined;
    const [query, key, value] = [projection(core.query, 1, graph), projection(core.key, 2, graph), projection(core.value, 1, graph)];
    if (query === undefined || key === undefined || value === undefined || value.factor !== 1) return undefined;
    const width = query.columns.length;
    const rows = joinedRows(core, last, width, graph);
    // ncnn assumes that the result is as wide as the query.
    const fits = key.columns.length === width && value.columns.length === width && last.outputs === query.map.inputs;
    if (!fits || rows === undefined || key.heads !== query.heads || value.heads !== query.heads) return undefined;
    return replacement(graph.typeOf(node.outputs[0])?.shape, {
      query,
      key,
      value,
      last,
      rows,
      scale: query.factor * key.factor * core.factor,
    });
  },
};

interface Core {
  readonly query: string;
  /** Transposed: [head, column, row]. */
  readonly key: string;
  readonly value: string;
  readonly factor: number;
  /** The result, [head, row, column], and its rearrangement into the rows of the last map. */
  readonly result: OperandRearrangement;
}

function coreOf(name: string, graph: GraphView): Core | undefined {
  const result = rearrangementOf(name, graph);
  const product = graph.producer(result.source, 'MatMul');
  const softmax = graph.producer(product?.inputs[0], 'Softmax');
  const [, value] = product?.inputs ?? [];
  const [scaled] = softmax?.inputs ?? [];
  if (product === undefined || value === undefined || softmax === undefined || scaled === undefined || result.factor !== 1)
    return undefined;
  const rank = graph.typeOf(scaled)?.shape?.length ?? 0;
  const view = graph.view(softmax);
  if (view.axis(view.int('axis', -1), rank) !== rank - 1) return undefined;
  const { source, factor, nodes } = rearrangementOf(scaled, graph);
  const scores = nodes.length === 0 ? graph.producer(source, 'MatMul') : undefined;
  const [query, key] = scores?.inputs ?? [];
  if (query === undefined || key === undefined || !isOnlyReadOnce(scores, graph) || !isOnlyReadOnce(softmax, graph)) return undefined;
  return isOnlyReadOnce(product, graph) ? { query, key, value, factor, result } : undefined;
}

function isOnlyReadOnce(node: Node | undefined, graph: GraphView): boolean {
  const [name = ''] = node?.outputs ?? [];
  return graph.readers(name).length === 1 && !graph.isOutput(name);
}

/** A linear map whose outputs are split into heads. */
interface Projection {
  readonly map: LinearMap;
  readonly factor: number;
  readonly heads: number;
  /** The columns of the map, head by head. */
  readonly columns: readonly number[];
}

/**
 * The linear map before an operand of [head, row, column]. `rowsAt` is the axis of its rows; the columns are on the other axis after the
 * heads.
 */
function projection(name: string, rowsAt: 1 | 2, graph: GraphView): Projection | undefined {
  const layout = rearrangementOf(name, graph);
  const map = linearMap(graph.producer(layout.source), graph);
  const sizes = headShape(name, graph);
  const places = map && sizes && placesOf(name, layout, graph);
  if (map === undefined || sizes === undefined || places === undefined) return undefined;
  const [heads, second, third] = sizes;
  const [rows, width] = rowsAt === 1 ? [second, third] : [third, second];
  const values = places.toIntegers();
  const at = (head: number, row: number, column: number): number =>
    values[(head * second + (rowsAt === 1 ? row : column)) * third + (rowsAt === 1 ? column : row)] ?? -1;
  const columns = Array.from({ length: heads * width }, (_, index) => at(Math.floor(index / width), 0, index % width));
  for (let row = 0; row < rows; row++) {
    for (const [index, column] of columns.entries()) {
      if (at(Math.floor(index / width), row, index % width) !== row * map.outputs + column) return undefined;
    }
  }
  const sourceShape = graph.typeOf(layout.source)?.shape ?? [];
  const whole = isStatic(sourceShape) && sourceShape.reduce((product, size) => product * size, 1) === rows * map.outputs;
  return whole && columns.every((column) => column < map.outputs) ? { map, factor: layout.factor, heads, columns } : undefined;
}

/** The last two axes, and the product of the axes before them. */
function headShape(name: string, graph: GraphView): readonly [number, number, number] | undefined {
  const shape = graph.typeOf(name)?.shape;
  if (shape === undefined || !isStatic(shape) || shape.length < 3) return undefined;
  const [second = 1, third = 1] = shape.slice(-2);
  return [shape.slice(0, -2).reduce((product, size) => product * size, 1), second, third];
}

/** For each column of the heads, head by head, the row of the last weight that it is multiplied by. */
function joinedRows({ result }: Core, last: LinearMap, width: number, graph: GraphView): readonly number[] | undefined {
  const sizes = headShape(result.source, graph);
  const values = placesOf(last.x, result, graph)?.toIntegers();
  if (sizes === undefined || values === undefined || last.inputs !== width) return undefined;
  const [heads, count, inner] = sizes;
  if (heads * inner !== width || values.length !== count * width) return undefined;
  const rows = Array.from({ length: width }, () => -1);
  for (const [place, from] of values.entries()) {
    const head = Math.floor(from / (count * inner));
    const row = Math.floor(from / inner) % count;
    const column = head * inner + (from % inner);
    if (row !== Math.floor(place / width)) return undefined;
    if (row === 0) rows[column] = place % width;
    else if (rows[column] !== place % width) return undefined;
  }
  return rows.every((row) => row >= 0) ? rows : undefined;
}

interface Found {
  readonly query: Projection;
  readonly key: Projection;
  readonly value: Projection;
  readonly last: LinearMap;
  readonly rows: readonly number[];
  readonly scale: number;
}

function replacement(shape: Shape | undefined, { query, key, value, last, rows, scale }: Found): Replacement {
  const maps = [query.map, key.map, value.map];
  const inputs = [...maps.map(({ x }) => x), ...[...maps, last].flatMap(({ weight, bias }) => [weight, bias])];
  const attributes = {
    num_heads: query.heads,
    scale: float(scale),
    transposed: [...maps, last].map(({ transposed }) => (transposed ? 1 : 0)),
    query_columns: query.columns,
    key_columns: key.columns,
    value_columns: value.columns,
    output_rows: rows,
  };
  return (edit) => {
    const rowsOut = edit.emit('ncnn:ProjectedAttention', inputs, attributes);
    // The leading axes of the last map may differ from those of the query.
    return shape !== undefined && isStatic(shape) ? edit.reshape(rowsOut, shape) : rowsOut;
  };
}

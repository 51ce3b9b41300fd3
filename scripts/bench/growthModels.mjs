/** ONNX graphs with any number of nodes, in forms that exporters often write. */
import { float, int, ints, node, writeModel } from './onnx.mjs';

const pixels = [1, 8, 4, 4];
const tokens = [1, 4, 8];

/** Writes a graph with about this number of nodes; returns the size of the file in bytes. */
export function writeGrowthModel(file, family, count) {
  const { dims, build } = growthFamilies[family];
  const writer = new GraphWriter();
  const output = build(writer, count);
  const inputs = [{ name: 'x', dims }];
  return writeModel(file, { ...writer, name: family, inputs, outputs: [{ name: output.name, dims: output.dims ?? dims }] });
}

/** Each `build` returns the output of the graph. */
export const growthFamilies = {
  'relu and add': {
    dims: pixels,
    build: (graph, count) => repeat(count, 2, (x) => graph.add('Add', [graph.add('Relu', [x]), graph.scalar(0.5)])),
  },
  'residual relu': {
    dims: pixels,
    build: (graph, count) => repeat(count, 2, (x) => graph.add('Add', [graph.add('Relu', [x]), x])),
  },
  'sigmoid times x': {
    dims: pixels,
    build: (graph, count) => repeat(count, 2, (x) => graph.add('Mul', [graph.add('Sigmoid', [x]), x])),
  },
  'layer norms': { dims: tokens, build: (graph, count) => repeat(count, 9, (x) => layerNorm(graph, x)) },
  'erf gelus': { dims: tokens, build: (graph, count) => repeat(count, 5, (x) => gelu(graph, x)) },
  'residual convolutions': {
    dims: pixels,
    build: (graph, count) => repeat(count, 2, (x) => graph.add('Add', [graph.add('Conv', [x, graph.weight([8, 8, 1, 1])]), x])),
  },
  'equal branches': { dims: pixels, build: (graph, count) => branches(graph, count, () => graph.add('Relu', ['x'])) },
  'different branches': {
    dims: pixels,
    build: (graph, count) => branches(graph, count, (index) => graph.add('LeakyRelu', ['x'], [float('alpha', 1 / (index + 2))])),
  },
};

class GraphWriter {
  nodes = [];
  initializers = [];
  #scalars = new Map();

  /** Adds a node; returns the name of its output. */
  add(type, inputs, attributes = []) {
    const name = `${type.toLowerCase()}_${this.nodes.length}`;
    this.nodes.push(node(type, `/${name}`, inputs, [name], attributes));
    return name;
  }

  weight(dims) {
    const name = `weight_${this.initializers.length}`;
    const length = dims.reduce((product, dim) => product * dim, 1);
    const seed = this.initializers.length;
    const values = Float32Array.from({ length }, (_, index) => Math.sin(seed * 31 + index * 7) / 4);
    this.initializers.push({ name, dims, values });
    return name;
  }

  /** A constant that all nodes share. */
  scalar(value) {
    const name = this.#scalars.get(value) ?? `scalar_${value}`;
    if (!this.#scalars.has(value)) this.initializers.push({ name, dims: [], values: Float32Array.of(value) });
    this.#scalars.set(value, name);
    return name;
  }
}

/** A chain of blocks with this number of nodes each. */
function repeat(count, size, block) {
  let name = 'x';
  for (let done = 0; done < count; done += size) name = block(name);
  return { name };
}

function branches(graph, count, branch) {
  const parts = Array.from({ length: count - 1 }, (_, index) => branch(index));
  const [batch, channels, ...rest] = pixels;
  return { name: graph.add('Concat', parts, [int('axis', 1)]), dims: [batch, channels * parts.length, ...rest] };
}

function layerNorm(graph, x) {
  const mean = graph.add('ReduceMean', [x], [ints('axes', [-1])]);
  const centered = graph.add('Sub', [x, mean]);
  const variance = graph.add('ReduceMean', [graph.add('Pow', [centered, graph.scalar(2)])], [ints('axes', [-1])]);
  const deviation = graph.add('Sqrt', [graph.add('Add', [variance, graph.scalar(1e-5)])]);
  const scaled = graph.add('Mul', [graph.add('Div', [centered, deviation]), graph.weight([8])]);
  return graph.add('Add', [scaled, graph.weight([8])]);
}

function gelu(graph, x) {
  const erf = graph.add('Erf', [graph.add('Div', [x, graph.scalar(Math.SQRT2)])]);
  const product = graph.add('Mul', [x, graph.add('Add', [erf, graph.scalar(1)])]);
  return graph.add('Mul', [product, graph.scalar(0.5)]);
}

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { type RequestedConstant, requestConstants } from '../../options/request/constants.ts';
import type { InputDeclaration, InputRules } from '../../options/request/inputs.ts';
import { requestOutputs } from '../../options/request/outputs.ts';
import { requestShapes } from '../../options/request/shapes.ts';
import type { Graph, GraphInput, ValueType } from '../ir/graph.ts';
import { maxAxes } from '../ir/limits.ts';
import { allocate, type DataType, Tensor } from '../ir/tensor.ts';
import { isCustomLayer } from '../ops/custom/custom.ts';

export interface Pinned {
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/** Declared input sizes are fixed, because the rest of the graph relies on them. */
const tensorRules: InputRules = { areSizesFixed: true, minAxes: 0, maxAxes: maxAxes };

/** The graph with fixed shapes, constant inputs and selected outputs. An input that became a constant stays in the list of inputs. */
export function pin(graph: Graph, options: Pick<ConvertOptions, 'shape' | 'const' | 'outputs'>): Pinned {
  const declared = graph.inputs.map(({ name, type }) => ({ name, dtype: type.dtype, shape: type.shape }));
  const results = customResults(graph);
  const shaped = requestShapes([...declared, ...results], options.shape, tensorRules);
  const pinned = requestConstants(shaped.inputs.slice(0, declared.length), options.const, tensorRules);
  const produced = graph.nodes.flatMap((node) => node.outputs).filter((name) => name !== '');
  const { outputs, added, diagnostics } = requestOutputs(options.outputs, [
    ...graph.outputs,
    ...produced,
    ...graph.inputs.map(({ name }) => name),
  ]);
  const constants = new Map(graph.constants);
  const inputs = graph.inputs.map((input, index): GraphInput => {
    const constant = pinned.constants.get(input.name);
    const shape = constant?.shape ?? shaped.inputs[index]?.shape;
    if (constant !== undefined) constants.set(input.name, tensorOf(input.type.dtype, constant));
    return { ...input, type: { ...input.type, shape } };
  });
  // The types that the model declares for other values are valid only for its declared input sizes.
  const types = new Map(
    shaped.isDeclaredOtherwise ? [...graph.types].map(([name, type]) => [name, { ...type, shape: undefined }]) : graph.types,
  );
  for (const { name, dtype, shape } of shaped.inputs.slice(declared.length)) {
    if (shaped.changed.has(name)) types.set(name, { dtype, shape });
  }
  return {
    graph: { ...graph, inputs, constants, types, outputs: [...new Set([...(outputs.length > 0 ? outputs : graph.outputs), ...added])] },
    diagnostics: [...shaped.diagnostics, ...pinned.diagnostics, ...diagnostics],
  };
}

/** The outputs of layers of the user's runtime, with the shapes that the model declares. */
function customResults({ nodes, types }: Graph): readonly (InputDeclaration & Pick<ValueType, 'dtype'>)[] {
  const names = nodes.filter(isCustomLayer).flatMap(({ outputs }) => outputs.filter((name) => name !== ''));
  return names.map((name) => ({ name, dtype: 'float32', shape: types.get(name)?.shape }));
}

function tensorOf(dtype: DataType, { shape, size, at }: RequestedConstant): Tensor {
  if (dtype === 'string') throw new TypeError('strings cannot be pinned');
  const array = allocate(dtype, size);
  const isBig = array instanceof BigInt64Array || array instanceof BigUint64Array;
  for (let index = 0; index < size; index++) {
    if (isBig) array[index] = BigInt(at(index));
    else array[index] = dtype === 'bool' ? Number(Boolean(at(index))) : Number(at(index));
  }
  return Tensor.of(dtype, shape, array);
}

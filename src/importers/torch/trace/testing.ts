import { numericTensor } from '../../../graph/ir/numericTensor.ts';
import { type DataType, Tensor } from '../../../graph/ir/tensor.ts';
import { evaluate } from '../../../graph/stages/evaluate.ts';
import type { TracedTensor } from '../values/tensor.ts';
import { boolValue, floatValue, intValue, listValue, none, stringValue, type TorchValue, tensorValue } from '../values/value.ts';
import { Tracer } from './tracer.ts';

/** A tensor of a test. */
export interface TorchValues {
  readonly dtype?: Exclude<DataType, 'string'>;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A Python value of a test: numbers with a fraction are floats, others integers. */
export type PythonValue = TorchValue | number | boolean | string | null | readonly PythonValue[];

/** Traces `program` on inputs and computes its results for their values. */
export function traceValues(
  inputs: readonly TorchValues[],
  program: (tracer: Tracer, ...tensors: readonly TorchValue[]) => TorchValue | readonly TorchValue[],
): readonly TorchValues[] {
  const declared = inputs.map(({ dtype = 'float32', shape }, place) => ({ name: `x${place}`, type: { dtype, shape } }));
  const tracer = new Tracer('test', declared);
  const tensors = declared.map(({ name, type }) => tensorValue(tracer.input(name, type.dtype)));
  const returned = program(tracer, ...tensors);
  const values: readonly TorchValue[] = 'kind' in returned ? [returned] : returned;
  if (tracer.diagnostics.length > 0) throw new Error(tracer.diagnostics.map(({ message }) => message).join('; '));
  const outputs = values.flatMap(tensorsIn).map((tensor, place) => ({ name: `out${place}`, tensor }));
  const graph = tracer.graph(outputs);
  const feeds = inputs.map(
    ({ dtype = 'float32', shape, values: data }, place) => [`x${place}`, numericTensor(dtype, shape, data)] as const,
  );
  const results = evaluate(graph, new Map(feeds));
  return outputs.map(({ name }) => {
    const result = results.get(name) ?? graph.constants.get(name);
    const { dtype = 'float32', shape = [] } = result ?? {};
    return { dtype: dtype === 'string' ? 'float32' : dtype, shape, values: [...(result?.toFloat64() ?? [])] };
  });
}

/** The results of one call: tensors of `args` are inputs, everything else is a Python value. */
export function callResults(
  target: string,
  args: readonly (TorchValues | PythonValue)[],
  keywords: Readonly<Record<string, PythonValue>> = {},
): readonly TorchValues[] {
  const inputs = args.filter(isTensor);
  return traceValues(inputs, (tracer, ...tensors) => {
    const pending = [...tensors];
    const positional = args.map((arg) => (isTensor(arg) ? (pending.shift() ?? none) : pythonValue(arg)));
    return tracer.call(target, positional, new Map(Object.entries(keywords).map(([name, value]) => [name, pythonValue(value)])));
  });
}

/** The first result of {@link callResults}. */
export function callResult(...parts: Parameters<typeof callResults>): TorchValues {
  return callResults(...parts)[0] ?? { shape: [], values: [] };
}

export function pythonValue(value: PythonValue): TorchValue {
  if (value === null) return none;
  if (typeof value === 'number') return Number.isInteger(value) ? intValue(value) : floatValue(value);
  if (typeof value === 'boolean') return boolValue(value);
  if (typeof value === 'string') return stringValue(value);
  return 'kind' in value ? value : listValue(value.map(pythonValue));
}

/** A float32 tensor of consecutive numbers, by default from 1. */
export function counted(shape: readonly number[], first = 1): TorchValues {
  const size = shape.reduce((product, entry) => product * entry, 1);
  return { shape, values: Array.from({ length: size }, (_, index) => first + index) };
}

function isTensor(value: TorchValues | PythonValue): value is TorchValues {
  return typeof value === 'object' && value !== null && 'shape' in value;
}

function tensorsIn(value: TorchValue): readonly TracedTensor[] {
  if (value.kind === 'tensor') return [value.tensor];
  return value.kind === 'list' || value.kind === 'tuple' ? value.elements.flatMap(tensorsIn) : [];
}

/** A constant of a traced program. */
export function constantTensor(values: readonly number[], shape: readonly number[] = [values.length]): Tensor {
  return Tensor.float32(values, shape);
}

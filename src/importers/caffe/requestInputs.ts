import { type Diagnostic, throwErrors } from '../../diagnostics/diagnostic.ts';
import type { Binding } from '../../net/model.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { requestConstants } from '../../options/request/constants.ts';
import type { InputRules } from '../../options/request/inputs.ts';
import { requestShapes } from '../../options/request/shapes.ts';
import { type CaffeNetBuilder, errorOf } from './builder.ts';
import { type CaffeInput, imageSymbols } from './inputs.ts';
import { type CaffeShape, maxCaffeAxes, storedShape, type Value } from './layer.ts';

/** An input with its final shape. */
export interface RequestedInput {
  readonly name: string;
  readonly shape: CaffeShape;
  /** The values, if the input is pinned. */
  readonly values?: Float32Array;
}

/** Caffe reshapes a net to the size of its input. */
const blobRules: InputRules = { areSizesFixed: false, minAxes: 1, maxAxes: maxCaffeAxes };

/** The inputs with the shapes and constants of the options. An input without a shape is assumed to be an image. Throws `NcnnError`. */
export function requestInputs(declared: readonly CaffeInput[], options: ConvertOptions): readonly RequestedInput[] {
  const shaped = requestShapes(declared, options.shape, blobRules);
  const inputs = shaped.inputs.map(({ name, shape = imageSymbols() }) => ({ name, shape, dtype: 'float32' }));
  const { constants, diagnostics } = requestConstants(inputs, options.const, blobRules);
  throwErrors([...shaped.diagnostics, ...diagnostics]);
  return inputs.map(({ name, shape }): RequestedInput => {
    const constant = constants.get(name);
    if (constant === undefined) return { name, shape };
    const { size, at } = constant;
    return { name, shape: constant.shape, values: Float32Array.from({ length: size }, (_, index) => Number(at(index))) };
  });
}

/** Batch size that the net computes one sample at a time: the first axis that the image inputs share. */
export function sampleCount(inputs: readonly RequestedInput[]): number {
  const [first = inputs[0]] = inputs.filter(({ shape }) => shape.length === 4);
  const [samples] = first?.shape ?? [];
  return typeof samples === 'number' && first?.shape.length !== 1 ? samples : 1;
}

export interface AddedInputs {
  readonly bindings: readonly Binding[];
  /** The values of the inputs, by name. */
  readonly values: ReadonlyMap<string, Value>;
}

/** Adds the inputs to the net, each as a blob of one sample. Throws `NcnnError` for shapes that ncnn does not support. */
export function addInputs(inputs: readonly RequestedInput[], batch: number, builder: CaffeNetBuilder): AddedInputs {
  const bindings: Binding[] = [];
  const values = new Map<string, Value>();
  const diagnostics: Diagnostic[] = [];
  for (const { name, shape, values: pinned } of inputs) {
    const samples = batch > 1 && shape[0] === batch ? batch : 1;
    const single = samples > 1 ? [1, ...shape.slice(1)] : shape;
    try {
      const blobShape = storedShape(single);
      const blob = pinned === undefined ? builder.input(name, blobShape) : builder.constant(name, blobShape, pinned);
      values.set(name, { blob, shape: single, blobShape });
      const binding: Binding = {
        name,
        dtype: 'float32',
        shape,
        blob: pinned === undefined ? blob : null,
        blobShape,
        feed: 'float32',
      };
      bindings.push(samples > 1 ? { ...binding, batch: samples } : binding);
    } catch (error) {
      diagnostics.push(errorOf(error, { name, type: 'Input' }, []));
    }
  }
  throwErrors(diagnostics);
  return { bindings, values };
}

import { ncnnError } from '../diagnostics/diagnostic.ts';
import type { Binding, Model } from './model.ts';
import { UniqueNames } from './names.ts';
import type { BlobDimension, BlobShape, Layer, Net } from './net.ts';

/** An output of the first model and the input of the second model that it replaces, by their names in the source models. */
export interface Joint {
  readonly output: string;
  readonly input: string;
}

/** A joint, with the bindings of both names. */
interface Seam {
  readonly output: Binding & { readonly blob: string };
  readonly input: Binding & { readonly blob: string };
}

/**
 * Merges two models into one: outputs of the first are connected to inputs of the second. Without joints, outputs and inputs of the same
 * name are connected; if there are none, all inputs of the second are connected to the outputs of the first in order. Connected outputs and
 * inputs are neither outputs nor inputs of the result. Names of the second model that also occur in the first get the prefix `prefix`.
 *
 * Throws `NcnnError` if a joint names an unknown input or output, or if connected shapes differ.
 */
export function mergeModels(first: Model, second: Model, prefix: string, joints: readonly Joint[] = []): Model {
  const seams = joints.length > 0 ? joints.map((joint) => seamOf(joint, first, second)) : naturalSeams(first, second);
  if (seams.length === 0) throw cannotJoin(first, second);
  for (const seam of seams) checkSeam(seam);
  const renamed = renamedModel(second, first, prefix, seams);
  const joinedOutputs = new Set(seams.map(({ output }) => output.name));
  const joinedInputs = new Set(seams.map(({ input }) => input.name));
  const inputs = [...first.inputs, ...renamed.inputs.filter((_, index) => !joinedInputs.has(second.inputs[index]?.name ?? ''))];
  const outputs = [...first.outputs.filter(({ name }) => !joinedOutputs.has(name)), ...renamed.outputs];
  return { net: joinedNet(first.net, renamed.net, outputs), inputs, outputs };
}

function joinedNet(first: Net, second: Net, outputs: readonly Binding[]): Net {
  const named = new Set([...(first.named ?? []), ...(second.named ?? [])]);
  const keep = new Set([...(first.keep ?? []), ...(second.keep ?? [])]);
  return {
    layers: [...first.layers, ...second.layers],
    shapes: new Map([...second.shapes, ...first.shapes]),
    outputs: [...new Set(outputs.flatMap(({ blob }) => blob ?? []))],
    ...(named.size === 0 ? {} : { named }),
    ...(keep.size === 0 ? {} : { keep }),
  };
}

function naturalSeams(first: Model, second: Model): readonly Seam[] {
  const outputs = first.outputs.filter(isBound);
  const inputs = second.inputs.filter(isBound);
  const named = inputs.flatMap((input): Seam[] => {
    const output = outputs.find(({ name }) => name === input.name);
    return output === undefined ? [] : [{ output, input }];
  });
  if (named.length > 0 || inputs.length !== outputs.length) return named;
  return inputs.flatMap((input, index) => {
    const output = outputs[index];
    return output === undefined ? [] : [{ output, input }];
  });
}

function isBound(binding: Binding): binding is Binding & { readonly blob: string } {
  return binding.blob !== null;
}

function seamOf({ output, input }: Joint, first: Model, second: Model): Seam {
  const from = first.outputs.filter(isBound).find(({ name }) => name === output);
  const to = second.inputs.filter(isBound).find(({ name }) => name === input);
  if (from !== undefined && to !== undefined) return { output: from, input: to };
  const message = from === undefined ? `the first model has no output "${output}"` : `the second model has no input "${input}"`;
  throw ncnnError('name-unknown', message, `${listed('outputs', first.outputs)}; ${listed('inputs', second.inputs)}.`);
}

function cannotJoin(first: Model, second: Model): Error {
  const message = 'no output of the first model has the name of an input of the second model, and their numbers differ';
  const hint = `Specify which output becomes which input. ${listed('Outputs', first.outputs)}; ${listed('inputs', second.inputs)}.`;
  return ncnnError('name-unknown', message, hint);
}

function listed(what: string, bindings: readonly Binding[]): string {
  const names = bindings.filter(isBound).map(({ name }) => `"${name}"`);
  return `${what}: ${names.length === 0 ? 'none' : names.join(', ')}`;
}

function checkSeam({ output, input }: Seam): void {
  const where = `the output "${output.name}" cannot become the input "${input.name}"`;
  const [actual, expected] = [output.blobShape, input.blobShape];
  // An input without a declared shape accepts any shape.
  const fits =
    actual.length === 0 ||
    expected.length === 0 ||
    (actual.length === expected.length &&
      actual.every((size, axis) => typeof size === 'string' || typeof expected[axis] === 'string' || size === expected[axis]));
  if (!fits) {
    const hint = 'Convert one of them with another shape, or with a Reshape or Permute between.';
    throw ncnnError('shape-mismatch', `${where}: it is [${actual.join(',')}], expected [${expected.join(',')}]`, hint);
  }
  if (output.feed !== input.feed) {
    const hint = 'Feed the input from your own code.';
    throw ncnnError('shape-mismatch', `${where}: it holds ${output.feed}, and the second net reads ${input.feed} there`, hint);
  }
  if ((output.batch ?? 1) !== (input.batch ?? 1)) {
    const message = `${where}: one net computes ${output.batch ?? 1} samples, the other ${input.batch ?? 1}`;
    throw ncnnError('shape-mismatch', message, 'Convert both with the same batch size.');
  }
}

/**
 * The second model with names that differ from those of the first, without its connected inputs, and with the sizes of the first on its
 * dynamic axes.
 */
function renamedModel(second: Model, first: Model, prefix: string, seams: readonly Seam[]): Model {
  const layerNames = renamer(
    first.net.layers.map(({ name }) => name),
    second.net.layers.map(({ name }) => name),
    prefix,
  );
  const joined = new Map(seams.map(({ output, input }) => [input.blob, output.blob]));
  const blobs = renamer(
    first.net.layers.flatMap(({ tops }) => tops),
    second.net.layers.flatMap(({ tops }) => tops).filter((top) => !joined.has(top)),
    prefix,
  );
  const bindings = renamer(
    [...first.inputs, ...first.outputs].map(({ name }) => name),
    [...second.inputs, ...second.outputs].map(({ name }) => name),
    prefix,
  );
  const blobName = (name: string): string => joined.get(name) ?? blobs(name);
  const sizes = sizesOf(first, seams);
  const shapeOf = (shape: BlobShape): BlobShape => shape.map(sizes);
  const bind = (binding: Binding): Binding => ({
    ...binding,
    name: bindings(binding.name),
    shape: shapeOf(binding.shape),
    blobShape: shapeOf(binding.blobShape),
    blob: binding.blob === null ? null : blobName(binding.blob),
    ...(binding.updates === undefined ? {} : { updates: bindings(binding.updates) }),
  });
  const layers = second.net.layers.flatMap((layer): Layer[] => {
    if (layer.type === 'Input' && layer.tops.every((top) => joined.has(top))) return [];
    return [{ ...layer, name: layerNames(layer.name), bottoms: layer.bottoms.map(blobName), tops: layer.tops.map(blobName) }];
  });
  const rename = (names: ReadonlySet<string> | undefined): { readonly names: ReadonlySet<string> } => ({
    names: new Set([...(names ?? [])].map(blobName)),
  });
  const shapes = new Map([...second.net.shapes].map(([name, shape]) => [blobName(name), shapeOf(shape)]));
  const net: Net = {
    layers,
    shapes,
    outputs: second.net.outputs.map(blobName),
    named: rename(second.net.named).names,
    keep: rename(second.net.keep).names,
  };
  return { net, inputs: second.inputs.map(bind), outputs: second.outputs.map(bind) };
}

/** New names for the names of the second model that the first also has. */
function renamer(taken: readonly string[], own: readonly string[], prefix: string): (name: string) => string {
  const first = new Set(taken);
  const unique = new UniqueNames([...taken, ...own]);
  const renamed = new Map(
    [...new Set(own)].flatMap((name) => (first.has(name) ? [[name, unique.next(`${prefix}/${name}`)] as const] : [])),
  );
  return (name) => renamed.get(name) ?? name;
}

/**
 * The dynamic axes of the second model in the result: the sizes of the connected outputs, or symbols that the first model does not have.
 */
function sizesOf(first: Model, seams: readonly Seam[]): (size: BlobDimension) => BlobDimension {
  const known = new Map<BlobDimension, BlobDimension>();
  for (const { output, input } of seams) {
    for (const [axis, size] of input.blobShape.entries()) {
      const outputSize = output.blobShape[axis];
      if (typeof size === 'string' && outputSize !== undefined) known.set(size, outputSize);
    }
  }
  const taken = new Set([...first.net.shapes.values()].flat());
  return (size) => known.get(size) ?? (typeof size === 'string' && taken.has(size) ? `${size}'` : size);
}

import { type Diagnostic, diagnostic, throwErrors } from '../../../diagnostics/diagnostic.ts';
import type { GraphInput } from '../../../graph/ir/graph.ts';
import { maxAxes } from '../../../graph/ir/limits.ts';
import type { ConvertOptions } from '../../../options/convertOptions.ts';
import { byInput, type InputDeclaration } from '../../../options/request/inputs.ts';
import { requestShapes } from '../../../options/request/shapes.ts';
import type { PickleValue } from '../archive/pickleValue.ts';
import { storedDtype, type TorchDtype, torchDtypeOf } from '../values/dtype.ts';
import type { Expression, FunctionDefinition } from './syntax/syntax.ts';

/** The argument for a parameter of `forward`. */
export type ScriptInput =
  | { readonly kind: 'tensor'; readonly name: string; readonly dtype: TorchDtype; readonly shape: readonly (number | string)[] }
  /** A Python number from the `const` option. */
  | { readonly kind: 'number'; readonly name: string; readonly type: 'int' | 'float' | 'bool'; readonly value: number | bigint | boolean }
  | { readonly kind: 'list' | 'tuple'; readonly name: string; readonly elements: readonly ScriptInput[] }
  | { readonly kind: 'dict'; readonly name: string; readonly entries: ReadonlyMap<string, ScriptInput> }
  /** A value from the file: a string, a number, None. */
  | { readonly kind: 'example'; readonly name: string; readonly value: PickleValue }
  /** No argument, so that the default is used. */
  | { readonly kind: 'default'; readonly name: string };

/** A leaf of the arguments, before the options are applied. */
type DeclaredInput =
  | {
      readonly kind: 'tensor';
      readonly name: string;
      readonly dtype: TorchDtype;
      readonly shape: readonly number[] | undefined;
      readonly isOptional: boolean;
    }
  | { readonly kind: 'number'; readonly name: string; readonly type: 'int' | 'float' | 'bool'; readonly isOptional: boolean }
  | { readonly kind: 'list' | 'tuple'; readonly name: string; readonly elements: readonly DeclaredInput[] }
  | { readonly kind: 'dict'; readonly name: string; readonly entries: ReadonlyMap<string, DeclaredInput> }
  | { readonly kind: 'example'; readonly name: string; readonly value: PickleValue }
  | { readonly kind: 'default'; readonly name: string }
  | { readonly kind: 'unsupported'; readonly name: string; readonly type: string };

export interface InputSources {
  readonly file: string;
  /** The example arguments from tracing, if the file has them. */
  readonly examples: readonly PickleValue[] | undefined;
  /** The shape of the only tensor, from an extra file. */
  readonly extraShape: readonly number[] | undefined;
}

/**
 * The arguments of `forward`: tensors whose shapes come from the `shape` option, from the example arguments or from an extra file, and
 * numbers from the `const` option. Throws `NcnnError` with everything that is missing.
 */
export function scriptInputs({ parameters }: FunctionDefinition, sources: InputSources, options: ConvertOptions): readonly ScriptInput[] {
  const declared = parameters.slice(1).map(({ name, type, initial }, place) => {
    const example = sources.examples?.[place];
    return example === undefined ? declareByType(name, type, initial !== undefined, options) : declareByExample(name, example);
  });
  const leaves = declared.flatMap(leavesOf);
  const tensors = leaves.flatMap((leaf) => (leaf.kind === 'tensor' ? [leaf] : []));
  const [only, ...others] = tensors.filter(({ isOptional }) => !isOptional);
  const guessed = only !== undefined && others.length === 0 && only.shape === undefined ? sources.extraShape : undefined;
  const settled = tensors.map((leaf) => (leaf === only && guessed !== undefined ? { ...leaf, shape: guessed } : leaf));
  const { shaped, constants, unknown, diagnostics } = requested(leaves, settled, options);
  const finish = (leaf: DeclaredInput): ScriptInput => finishInput(leaf, shaped, constants, diagnostics);
  const inputs = declared.map(finish);
  // An unknown name may be that of a state, which is an input of the graph; then nothing is missing here.
  if (diagnostics.length > 0) throwErrors([...unknown, ...diagnostics].map((entry) => ({ ...entry, place: { file: sources.file } })));
  return inputs;
}

/** The tensors and numbers of the arguments as graph inputs, in order. */
export function graphInputsOf(inputs: readonly ScriptInput[]): readonly GraphInput[] {
  return inputs.flatMap((input): readonly GraphInput[] => {
    switch (input.kind) {
      case 'tensor': {
        const stored = storedDtype(input.dtype);
        return [{ name: input.name, type: { dtype: stored, shape: stored === input.dtype ? input.shape : [...input.shape, 2] } }];
      }
      case 'number':
        return [{ name: input.name, type: { dtype: ({ int: 'int64', float: 'float32', bool: 'bool' } as const)[input.type], shape: [] } }];
      case 'list':
      case 'tuple':
        return graphInputsOf(input.elements);
      case 'dict':
        return graphInputsOf([...input.entries.values()]);
      default:
        return [];
    }
  });
}

interface RequestedInputs {
  readonly shaped: ReadonlyMap<string, readonly (number | string)[]>;
  readonly constants: ReadonlyMap<string, number | bigint | boolean>;
  /** Diagnostics of options for inputs that the model does not have. */
  readonly unknown: readonly Diagnostic[];
  readonly diagnostics: Diagnostic[];
}

/** The leaves with the options applied. */
function requested(
  leaves: readonly DeclaredInput[],
  tensors: readonly Extract<DeclaredInput, { kind: 'tensor' }>[],
  options: ConvertOptions,
): RequestedInputs {
  const unknown: Diagnostic[] = [];
  const known = leaves.flatMap((leaf): readonly InputDeclaration[] =>
    leaf.kind === 'tensor' || leaf.kind === 'number' ? [{ name: leaf.name, shape: undefined }] : [],
  );
  const shapes = Object.fromEntries(byInput(options.shape ?? {}, known, unknown));
  const rules = { areSizesFixed: false, minAxes: 0, maxAxes } as const;
  const result = requestShapes(tensors, shapes, rules);
  const constants = new Map<string, number | bigint | boolean>();
  for (const [name, value] of byInput(options.const ?? {}, known, unknown)) {
    const [first] = typeof value === 'object' ? value : [value];
    if (first !== undefined) constants.set(name, first);
  }
  const shaped = new Map(result.inputs.flatMap(({ name, shape }) => (shape === undefined ? [] : [[name, shape] as const])));
  return { shaped, constants, unknown, diagnostics: [...result.diagnostics] };
}

function finishInput(
  leaf: DeclaredInput,
  shapes: RequestedInputs['shaped'],
  constants: RequestedInputs['constants'],
  diagnostics: Diagnostic[],
): ScriptInput {
  const finish = (part: DeclaredInput): ScriptInput => finishInput(part, shapes, constants, diagnostics);
  const { name } = leaf;
  switch (leaf.kind) {
    case 'tensor': {
      const shape = shapes.get(name);
      if (shape !== undefined) return { kind: 'tensor', name, dtype: leaf.dtype, shape };
      if (!leaf.isOptional) diagnostics.push(missingShape(name));
      return { kind: 'default', name };
    }
    case 'number': {
      const value = constants.get(name);
      if (value !== undefined) return { kind: 'number', name, type: leaf.type, value };
      if (!leaf.isOptional) diagnostics.push(missingConstant(name, leaf.type));
      return { kind: 'default', name };
    }
    case 'list':
    case 'tuple':
      return { kind: leaf.kind, name, elements: leaf.elements.map(finish) };
    case 'dict':
      return { kind: 'dict', name, entries: new Map([...leaf.entries].map(([key, entry]) => [key, finish(entry)])) };
    case 'unsupported': {
      const message = `the input "${name}" has the type ${leaf.type}, but the file has no example of it`;
      diagnostics.push(diagnostic('type-unsupported', message, 'Export the model with tensors as inputs, or trace it with examples.'));
      return { kind: 'default', name };
    }
    default:
      return leaf;
  }
}

function missingShape(name: string): Diagnostic {
  const hint = 'Set the shape of the input; scripted models and files of old releases do not contain it.';
  return diagnostic('shape-unknown', `the file does not contain the shape of the input "${name}"`, {
    hint,
    advice: [{ option: 'shape', input: name }],
  });
}

function missingConstant(name: string, type: string): Diagnostic {
  const hint = 'Replace the input with a constant; the model is then converted for this value.';
  return diagnostic('shape-unknown', `the input "${name}" is a Python ${type}, which cannot be an input of a net`, {
    hint,
    advice: [{ option: 'const', input: name }],
  });
}

function leavesOf(input: DeclaredInput): readonly DeclaredInput[] {
  if (input.kind === 'list' || input.kind === 'tuple') return input.elements.flatMap(leavesOf);
  return input.kind === 'dict' ? [...input.entries.values()].flatMap(leavesOf) : [input];
}

/** From an example argument; the file contains only the shapes of its tensors. */
function declareByExample(name: string, value: PickleValue): DeclaredInput {
  switch (value.kind) {
    case 'tensor': {
      const { type, shape } = value.tensor.layout;
      const dtype = torchDtypeOf(type);
      if (dtype === undefined) return { kind: 'unsupported', name, type };
      return { kind: 'tensor', name, dtype, shape, isOptional: false };
    }
    case 'list':
    case 'tuple':
      return { kind: value.kind, name, elements: value.elements.map((element, index) => declareByExample(`${name}.${index}`, element)) };
    case 'dict': {
      const entries = value.entries.flatMap(([key, entry]) => {
        const text = key.kind === 'string' || key.kind === 'int' ? String(key.value) : undefined;
        return text === undefined ? [] : [[text, declareByExample(`${name}.${text}`, entry)] as const];
      });
      return { kind: 'dict', name, entries: new Map(entries) };
    }
    default:
      return { kind: 'example', name, value };
  }
}

function declareByType(name: string, type: Expression | undefined, hasDefault: boolean, options: ConvertOptions): DeclaredInput {
  if (type === undefined) return { kind: 'tensor', name, dtype: 'float32', shape: undefined, isOptional: hasDefault };
  if (type.kind === 'name') return declareByName(name, type.name, hasDefault);
  const [generic, parts] = genericOf(type);
  const [first] = parts;
  if (generic === 'Optional' && first !== undefined) return declareByType(name, first, true, options);
  if (hasDefault) return { kind: 'default', name };
  if (generic === 'Tuple')
    return { kind: 'tuple', name, elements: parts.map((part, index) => declareByType(`${name}.${index}`, part, false, options)) };
  if (generic === 'List' && first !== undefined) {
    const count = placesOf(name, options);
    if (count > 0)
      return {
        kind: 'list',
        name,
        elements: Array.from({ length: count }, (_, index) => declareByType(`${name}.${index}`, first, false, options)),
      };
  }
  if (generic === 'Dict' && parts[1] !== undefined) {
    const [, value] = parts;
    const entries = keysOf(name, options).map((key) => [key, declareByType(`${name}.${key}`, value, false, options)] as const);
    if (entries.length > 0) return { kind: 'dict', name, entries: new Map(entries) };
  }
  return { kind: 'unsupported', name, type: describeType(type) };
}

function declareByName(name: string, type: string, isOptional: boolean): DeclaredInput {
  if (type === 'Tensor' || type === 'Any') return { kind: 'tensor', name, dtype: 'float32', shape: undefined, isOptional };
  if (type === 'int' || type === 'float' || type === 'bool') return { kind: 'number', name, type, isOptional };
  return isOptional ? { kind: 'default', name } : { kind: 'unsupported', name, type };
}

/** The number of list elements that the options name, starting at `x.0`. */
function placesOf(name: string, options: ConvertOptions): number {
  const keys = new Set(keysOf(name, options));
  let count = 0;
  while (keys.has(String(count))) count++;
  return count;
}

/** The keys inside an argument that the options name. */
function keysOf(name: string, { shape = {}, const: constants = {} }: ConvertOptions): readonly string[] {
  const names = [...Object.keys(shape), ...Object.keys(constants)];
  return [...new Set(names.flatMap((key) => (key.startsWith(`${name}.`) ? [key.slice(name.length + 1).split('.')[0] ?? ''] : [])))];
}

function genericOf(type: Expression): readonly [string, readonly Expression[]] {
  if (type.kind !== 'index' || type.object.kind !== 'name') return ['', []];
  return [type.object.name, type.index.kind === 'tuple' ? type.index.elements : [type.index]];
}

function describeType(type: Expression): string {
  const [generic, parts] = genericOf(type);
  if (generic !== '') return `${generic}[${parts.map(describeType).join(', ')}]`;
  if (type.kind === 'attribute') return type.name;
  return type.kind === 'name' ? type.name : type.kind;
}

import type { PickleValue } from './pickleValue.ts';
import { scalarTypeNamed, scalarTypeOfStorage } from './scalarType.ts';
import { StoredTensor, type TensorLayout } from './storedTensor.ts';

/** The position of the description of a value, for diagnostics. */
interface PicklePlace {
  readonly file: string;
  readonly offset: number;
}

/** Computes a call of a global; `undefined` if the arguments are invalid. */
type PickleFunction = (args: readonly PickleValue[], place: PicklePlace) => PickleValue | undefined;

/** An allowed global: a value, or a class or function with the result of calling it. */
export type PickleGlobal =
  | { readonly kind: 'value'; readonly value: PickleValue }
  | { readonly kind: 'function'; readonly call: PickleFunction };

/** The globals that a file may use, none of which runs code of the file. `undefined` for other globals. */
export function allowedGlobal(module: string, name: string): PickleGlobal | undefined {
  const call = functions.get(`${module}.${name}`);
  if (call !== undefined) return { kind: 'function', call };
  if (module === '__torch__' || module.startsWith('__torch__.')) {
    return { kind: 'value', value: { kind: 'class', name: `${module}.${name}` } };
  }
  const isStorage = name.endsWith('Storage') && (module === 'torch' || module === 'torch.storage');
  if (isStorage || quantizationSchemes.has(`${module}.${name}`)) {
    return { kind: 'value', value: { kind: 'class', name: `${module}.${name}` } };
  }
  if (module === 'torch' && name === 'Tensor') return { kind: 'value', value: { kind: 'class', name: 'torch.Tensor' } };
  if (module === 'torch.nn.parameter' && name === 'Parameter') {
    return { kind: 'value', value: { kind: 'class', name: 'torch.nn.parameter.Parameter' } };
  }
  const type = module === 'torch' ? scalarTypeNamed(name) : undefined;
  return type === undefined ? undefined : { kind: 'value', value: { kind: 'dtype', type } };
}

const quantizationSchemes: ReadonlySet<string> = new Set([
  'torch.per_tensor_affine',
  'torch.per_channel_affine',
  'torch.per_tensor_symmetric',
  'torch.per_channel_symmetric',
  'torch.per_channel_affine_float_qparams',
]);

/** The element type of a storage class in a persistent id. */
export function storageType(value: PickleValue | undefined): ReturnType<typeof scalarTypeOfStorage> {
  return value?.kind === 'class' ? scalarTypeOfStorage(value.name.slice(value.name.lastIndexOf('.') + 1)) : undefined;
}

function rebuildTensor([storage, offset, shape, strides]: readonly PickleValue[], place: PicklePlace): PickleValue | undefined {
  if (storage?.kind !== 'storage' || storage.type === undefined) return undefined;
  const layout = layoutOf(storage.type, offset, shape, strides);
  return layout === undefined
    ? undefined
    : { kind: 'tensor', tensor: new StoredTensor(layout, storage.storage, place), isParameter: false };
}

/** A tensor of a newer type, written with the dtype as an argument and an untyped storage. */
function rebuildTypedTensor(args: readonly PickleValue[], place: PicklePlace): PickleValue | undefined {
  const [storage, offset, shape, strides] = args;
  const dtype = args.find(({ kind }) => kind === 'dtype');
  if (storage?.kind !== 'storage' || dtype?.kind !== 'dtype') return undefined;
  const layout = layoutOf(dtype.type, offset, shape, strides);
  return layout === undefined
    ? undefined
    : { kind: 'tensor', tensor: new StoredTensor(layout, storage.storage, place), isParameter: false };
}

function rebuildParameter([data]: readonly PickleValue[]): PickleValue | undefined {
  if (data?.kind === 'tensor') return { ...data, isParameter: true };
  return data?.kind === 'unsupported' ? data : undefined;
}

/** A tensor of a subclass: the result of the function for its arguments. Attributes of the subclass are ignored. */
function rebuildFromType([callee, , args]: readonly PickleValue[], place: PicklePlace): PickleValue | undefined {
  if (callee?.kind !== 'class' || args?.kind !== 'tuple') return undefined;
  return functions.get(callee.name)?.(args.elements, place);
}

function layoutOf(type: TensorLayout['type'], offset?: PickleValue, shape?: PickleValue, strides?: PickleValue): TensorLayout | undefined {
  const [sizes, steps] = [integersOf(shape), integersOf(strides)];
  if (offset?.kind !== 'int' || sizes === undefined || steps === undefined) return undefined;
  return { type, offset: Number(offset.value), shape: sizes, strides: steps };
}

function integersOf(value: PickleValue | undefined): readonly number[] | undefined {
  if (value?.kind !== 'tuple' && value?.kind !== 'list') return undefined;
  const numbers = value.elements.map((element) => (element.kind === 'int' ? Number(element.value) : Number.NaN));
  return numbers.every(Number.isInteger) ? numbers : undefined;
}

const firstArgument: PickleFunction = ([value]) => value;

function orderedDict(args: readonly PickleValue[]): PickleValue | undefined {
  const [pairs] = args;
  if (pairs === undefined) return { kind: 'dict', entries: [] };
  if (pairs.kind !== 'list') return undefined;
  const entries: [PickleValue, PickleValue][] = [];
  for (const pair of pairs.elements) {
    const [key, value] = pair.kind === 'tuple' || pair.kind === 'list' ? pair.elements : [];
    if (key === undefined || value === undefined) return undefined;
    entries.push([key, value]);
  }
  return { kind: 'dict', entries };
}

function complexNumber([real, imaginary]: readonly PickleValue[]): PickleValue | undefined {
  if (real?.kind !== 'float' || imaginary?.kind !== 'float') return undefined;
  return { kind: 'complex', real: real.value, imaginary: imaginary.value };
}

const deviceNamed: PickleFunction = ([name, index]) => {
  if (name?.kind !== 'string') return undefined;
  return { kind: 'device', name: index?.kind === 'int' ? `${name.value}:${index.value}` : name.value };
};

const functions: ReadonlyMap<string, PickleFunction> = new Map<string, PickleFunction>([
  ['torch._utils._rebuild_tensor', rebuildTensor],
  ['torch._utils._rebuild_tensor_v2', rebuildTensor],
  ['torch._utils._rebuild_tensor_v3', rebuildTypedTensor],
  ['torch._utils._rebuild_parameter', rebuildParameter],
  ['torch._utils._rebuild_parameter_with_state', rebuildParameter],
  ['torch._utils._rebuild_qtensor', () => ({ kind: 'unsupported', what: 'a quantized tensor' })],
  ['torch._utils._rebuild_sparse_tensor', () => ({ kind: 'unsupported', what: 'a sparse tensor' })],
  ['torch._tensor._rebuild_from_type_v2', rebuildFromType],
  ['torch.jit._pickle.build_intlist', firstArgument],
  ['torch.jit._pickle.build_doublelist', firstArgument],
  ['torch.jit._pickle.build_boollist', firstArgument],
  ['torch.jit._pickle.build_tensorlist', firstArgument],
  ['torch.jit._pickle.restore_type_tag', firstArgument],
  ['torch.jit._pickle.build_tensor_from_id', () => ({ kind: 'unsupported', what: 'a tensor of another file' })],
  ['torch.device', deviceNamed],
  ['collections.OrderedDict', orderedDict],
  ['builtins.complex', complexNumber],
  ['__builtin__.complex', complexNumber],
]);

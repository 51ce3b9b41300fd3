import { type NcnnError, ncnnError } from '../../../../diagnostics/diagnostic.ts';
import { namedEntries, type PickleObject, type PickleValue } from '../../archive/pickleValue.ts';
import { scalarTypeFacts } from '../../archive/scalarType.ts';
import type { StoredTensor } from '../../archive/storedTensor.ts';
import type { Tracer } from '../../trace/tracer.ts';
import type { TorchDtype } from '../../values/dtype.ts';
import {
  boolValue,
  floatValue,
  intValue,
  listValue,
  none,
  type ObjectValue,
  stringValue,
  type TorchValue,
  tensorValue,
} from '../../values/value.ts';

/** An attribute that a run wrote. */
export interface WrittenAttribute {
  /** The path of the object and the attribute: `encoder._state`. */
  readonly path: string;
  readonly object: ObjectValue;
  readonly name: string;
}

/** Values that replace attributes of the file, by path; used for recurrent state. */
export type AttributeOverrides = ReadonlyMap<string, TorchValue>;

/** The modules and constants of an archive as values of a program; an attribute is created when it is first read. */
export class ScriptObjects {
  readonly #tracer: Tracer;
  readonly #file: string;
  readonly #overrides: AttributeOverrides;
  readonly #objects = new Map<PickleObject, ObjectValue>();
  readonly #origins = new Map<ObjectValue, { readonly path: string; readonly attributes: ReadonlyMap<string, PickleValue> }>();
  readonly #tensors = new Map<string, TorchValue>();
  readonly #stored = new Map<string, { readonly path: string; readonly value: TorchValue; readonly version: number }>();
  readonly #written = new Map<string, WrittenAttribute>();

  constructor(tracer: Tracer, file: string, overrides: AttributeOverrides) {
    this.#tracer = tracer;
    this.#file = file;
    this.#overrides = overrides;
  }

  /** The path of a module in the model, `layer1.0.conv1`; empty for the model itself and for other objects. */
  pathOf(object: ObjectValue | undefined): string {
    return (object === undefined ? undefined : this.#origins.get(object)?.path) ?? '';
  }

  attribute(object: ObjectValue, name: string): TorchValue | undefined {
    const known = object.attributes.get(name);
    if (known !== undefined) return known;
    const origin = this.#origins.get(object);
    const pickled = origin?.attributes.get(name);
    if (origin === undefined || pickled === undefined) return undefined;
    const path = joinPath(origin.path, name);
    const value = this.#overrides.get(path) ?? this.valueOf(pickled, path);
    object.attributes.set(name, value);
    if (value.kind === 'tensor') this.#stored.set(path, { path, value, version: value.tensor.version });
    return value;
  }

  setAttribute(object: ObjectValue, name: string, value: TorchValue): void {
    object.attributes.set(name, value);
    const origin = this.#origins.get(object);
    if (origin === undefined) return;
    const path = joinPath(origin.path, name);
    this.#written.set(path, { path, object, name });
  }

  /** Attributes of modules that the run assigned or whose tensors it wrote. */
  written(): readonly WrittenAttribute[] {
    const overwritten = [...this.#origins].flatMap(([object, { path }]) =>
      [...object.attributes].flatMap(([name, value]) => {
        const full = joinPath(path, name);
        const stored = this.#stored.get(full);
        const isChanged = value.kind === 'tensor' && stored?.value === value && value.tensor.version !== stored.version;
        return isChanged && !this.#written.has(full) ? [{ path: full, object, name }] : [];
      }),
    );
    return [...this.#written.values(), ...overwritten];
  }

  /** A value of the archive; `path` is its name. Throws `NcnnError` for unsupported values. */
  valueOf(value: PickleValue, path: string): TorchValue {
    switch (value.kind) {
      case 'none':
        return none;
      case 'bool':
        return boolValue(value.value);
      case 'int':
        return intValue(value.value);
      case 'float':
        return floatValue(value.value);
      case 'string':
        return stringValue(value.value);
      case 'tuple':
        return { kind: 'tuple', elements: value.elements.map((element, index) => this.valueOf(element, joinPath(path, String(index)))) };
      case 'list':
        return listValue(value.elements.map((element, index) => this.valueOf(element, joinPath(path, String(index)))));
      case 'dict':
        return { kind: 'dict', entries: new Map(value.entries.map(([key, entry]) => this.#entry(key, entry, path))) };
      case 'object':
        return this.#object(value, path);
      case 'tensor':
        return this.#tensor(value.tensor, path);
      case 'device':
        return { kind: 'device', device: value.name };
      default:
        throw this.#unsupported(value.kind === 'unsupported' ? value.what : `a ${value.kind}`, path);
    }
  }

  #entry(key: PickleValue, value: PickleValue, path: string): [string | number | boolean, TorchValue] {
    if (key.kind === 'string' || key.kind === 'bool' || key.kind === 'float')
      return [key.value, this.valueOf(value, joinPath(path, String(key.value)))];
    if (key.kind === 'int') return [Number(key.value), this.valueOf(value, joinPath(path, String(key.value)))];
    throw this.#unsupported(`a dict with a key of the kind ${key.kind}`, path);
  }

  #object(object: PickleObject, path: string): ObjectValue {
    const known = this.#objects.get(object);
    if (known !== undefined) return known;
    const result: ObjectValue = { kind: 'object', type: object.className, attributes: new Map() };
    this.#objects.set(object, result);
    this.#origins.set(result, { path, attributes: namedEntries(object) });
    // A member of an Enum is its class called with its value.
    const [value] = object.argumentList;
    if (value !== undefined) result.attributes.set('value', this.valueOf(value, path));
    return result;
  }

  /** Tensors with the same elements are one tensor: writes to a shared parameter are visible everywhere. */
  #tensor(stored: StoredTensor, path: string): TorchValue {
    const { type, shape, strides, offset } = stored.layout;
    const key = [stored.storage.key, type, offset, shape, strides].join('/');
    const known = this.#tensors.get(key);
    if (known !== undefined) return known;
    const tensor = stored.tensor();
    const { isComplex, dtype } = scalarTypeFacts(type);
    const seen: TorchDtype | undefined = isComplex === true ? (type === 'complex64' || type === 'complex128' ? type : undefined) : dtype;
    if (seen === undefined) throw this.#unsupported(`a tensor of ${type}`, path);
    const value = tensorValue(this.#tracer.constant(path, tensor, seen));
    this.#tensors.set(key, value);
    return value;
  }

  #unsupported(what: string, path: string): NcnnError {
    const hint = 'Export the model in float, before it is quantized.';
    return ncnnError('type-unsupported', `"${path}" is ${what}, which is not supported`, hint, { file: this.#file });
  }
}

function joinPath(parent: string, name: string): string {
  return parent === '' ? name : `${parent}.${name}`;
}

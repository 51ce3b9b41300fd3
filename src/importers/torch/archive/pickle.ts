import { Budget } from '../../../budget/budget.ts';
import { ncnnError } from '../../../diagnostics/diagnostic.ts';
import { PickleBytes } from './pickleBytes.ts';
import { allowedGlobal, storageType } from './pickleGlobals.ts';
import { checkNesting } from './pickleNesting.ts';
import type { PickleValue } from './pickleValue.ts';
import type { TensorStorage } from './storedTensor.ts';

export interface PickleContext {
  /** The file and the archive entry, for diagnostics. */
  readonly file: string;
  /** Limits the number of values. */
  readonly budget?: Budget;
  /** Returns the storage with a key, which contains the elements of tensors. */
  readonly storage: (key: string) => TensorStorage;
  /**
   * Whether instances of any class are read, with their arguments and state, and values may contain themselves, to describe the contents of
   * a file. Otherwise, globals outside the allowed list are rejected. Code from the file never runs.
   */
  readonly allowsAnyClass?: boolean;
}

/**
 * Reads a pickle of protocol 2 as torch writes it. Throws `NcnnError` with the byte position: `file-malformed`, `file-truncated`,
 * `limit-exceeded`, and `type-unsupported` with the name of a global that is not allowed.
 */
export function readPickle(bytes: Uint8Array, context: PickleContext): PickleValue {
  return readPickleAt(bytes, 0, context).value;
}

/** Reads the pickle at an offset, because old files contain several in sequence. `end` is the offset after it. */
export function readPickleAt(
  bytes: Uint8Array,
  start: number,
  context: PickleContext,
): { readonly value: PickleValue; readonly end: number } {
  const reader = new PickleBytes(bytes, start, context.file);
  const value = new PickleMachine(reader, context).run();
  if (!context.allowsAnyClass) checkNesting(value, context.file);
  return { value, end: reader.offset };
}

/** An item on the stack: a value, a mark, or a function to call. */
type StackItem = PickleValue | { readonly kind: 'mark' } | { readonly kind: 'function'; readonly name: string };

const none: PickleValue = { kind: 'none' };

class PickleMachine {
  readonly #bytes: PickleBytes;
  readonly #context: PickleContext;
  readonly #budget: Budget;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, StackItem>();

  constructor(bytes: PickleBytes, context: PickleContext) {
    this.#bytes = bytes;
    this.#context = context;
    this.#budget = context.budget ?? new Budget();
  }

  run(): PickleValue {
    for (;;) {
      const opcode = this.#bytes.opcode();
      if (opcode === 0x2e) return this.#pop();
      this.#budget.spend('entries', 1, this.#bytes.place());
      if (!this.#runConstant(opcode) && !this.#runContainer(opcode) && !this.#runObject(opcode)) {
        const code = opcode.toString(16).padStart(2, '0');
        throw this.#bytes.malformed(`the opcode 0x${code} is not among those that torch writes`);
      }
    }
  }

  /** Numbers, strings and the memo. */
  #runConstant(opcode: number): boolean {
    switch (opcode) {
      case 0x80: {
        const protocol = this.#bytes.byte();
        if (protocol !== 2) throw this.#bytes.malformed(`expected pickle protocol 2, got ${protocol}`);
        return true;
      }
      case 0x4e: // NONE
        return this.#push(none);
      case 0x88: // NEWTRUE
      case 0x89: // NEWFALSE
        return this.#push({ kind: 'bool', value: opcode === 0x88 });
      case 0x4a: // BININT
        return this.#pushInt(BigInt(this.#bytes.int32()));
      case 0x4b: // BININT1
        return this.#pushInt(BigInt(this.#bytes.byte()));
      case 0x4d: // BININT2
        return this.#pushInt(BigInt(this.#bytes.uint16()));
      case 0x8a: // LONG1
        return this.#pushInt(this.#bytes.long(this.#bytes.byte()));
      case 0x47: // BINFLOAT
        return this.#push({ kind: 'float', value: this.#bytes.float64() });
      case 0x58: // BINUNICODE
        return this.#pushString(this.#bytes.uint32());
      case 0x55: // SHORT_BINSTRING
        return this.#pushString(this.#bytes.byte());
      case 0x71: // BINPUT
        return this.#remember(this.#bytes.byte());
      case 0x72: // LONG_BINPUT
        return this.#remember(this.#bytes.uint32());
      case 0x68: // BINGET
        return this.#recall(this.#bytes.byte());
      case 0x6a: // LONG_BINGET
        return this.#recall(this.#bytes.uint32());
      default:
        return false;
    }
  }

  /** Tuples, lists and dicts. */
  #runContainer(opcode: number): boolean {
    switch (opcode) {
      case 0x28: // MARK
        return this.#push({ kind: 'mark' });
      case 0x29: // EMPTY_TUPLE
        return this.#push({ kind: 'tuple', elements: [] });
      case 0x85: // TUPLE1
      case 0x86: // TUPLE2
      case 0x87: // TUPLE3
        return this.#push({ kind: 'tuple', elements: this.#popMany(opcode - 0x84) });
      case 0x74: // TUPLE
        return this.#push({ kind: 'tuple', elements: this.#popToMark() });
      case 0x5d: // EMPTY_LIST
        return this.#push({ kind: 'list', elements: [] });
      case 0x6c: // LIST
        return this.#push({ kind: 'list', elements: this.#popToMark() });
      case 0x7d: // EMPTY_DICT
        return this.#push({ kind: 'dict', entries: [] });
      case 0x64: // DICT
        return this.#push({ kind: 'dict', entries: this.#pairs(this.#popToMark()) });
      case 0x61: // APPEND
        return this.#append(this.#popMany(1));
      case 0x65: // APPENDS
        return this.#append(this.#popToMark());
      case 0x73: // SETITEM
        return this.#setItems(this.#popMany(2));
      case 0x75: // SETITEMS
        return this.#setItems(this.#popToMark());
      default:
        return false;
    }
  }

  /** Globals, instances and storages. */
  #runObject(opcode: number): boolean {
    switch (opcode) {
      case 0x63: // GLOBAL
        return this.#pushGlobal(this.#bytes.line(), this.#bytes.line());
      case 0x81: // NEWOBJ
      case 0x52: // REDUCE
        return this.#call();
      case 0x62: // BUILD
        return this.#build();
      case 0x51: // BINPERSID
        return this.#pushStorage(this.#pop());
      default:
        return false;
    }
  }

  #pushGlobal(module: string, name: string): boolean {
    const global = allowedGlobal(module, name);
    if (global?.kind === 'value') return this.#push(global.value);
    if (global?.kind === 'function') return this.#push({ kind: 'function', name: `${module}.${name}` });
    if (this.#context.allowsAnyClass === true) return this.#push({ kind: 'class', name: `${module}.${name}` });
    const message = `the pickle uses ${module}.${name}, which is not among the classes and functions that torch writes for a model`;
    throw ncnnError(
      'type-unsupported',
      message,
      'Export the model with torch.export or torch.jit, which write tensors and plain values.',
      this.#bytes.place(),
    );
  }

  #call(): boolean {
    const args = this.#pop();
    const callee = this.#stack.pop();
    if (callee?.kind === 'class' && args.kind !== 'tuple') {
      // For a member of an Enum, TorchScript writes the value without a tuple around it.
      return this.#push({ kind: 'object', className: callee.name, argumentList: [args], state: undefined });
    }
    if (args.kind !== 'tuple') throw this.#bytes.malformed('the arguments of a call are not a tuple');
    if (callee?.kind === 'class') {
      return this.#push({ kind: 'object', className: callee.name, argumentList: args.elements, state: undefined });
    }
    if (callee?.kind !== 'function') throw this.#bytes.malformed(`${describe(callee)} cannot be called`);
    const [, module = '', name = ''] = /^(.*)\.([^.]*)$/.exec(callee.name) ?? [];
    const global = allowedGlobal(module, name);
    const result = global?.kind === 'function' ? global.call(args.elements, this.#bytes.place()) : undefined;
    if (result === undefined)
      throw this.#bytes.malformed(`${callee.name} does not accept the arguments (${args.elements.map(describe).join(', ')})`);
    return this.#push(result);
  }

  #build(): boolean {
    const state = this.#pop();
    const target = this.#stack.at(-1);
    if (target?.kind === 'object') target.state = state;
    // The attributes of a subclass of tensor or dict are ignored, because models do not depend on them.
    else if (target?.kind !== 'dict' && target?.kind !== 'tensor')
      throw this.#bytes.malformed(`${describe(target)} cannot be restored from a state`);
    return true;
  }

  /** A persistent id: ("storage", class, key, device, size). */
  #pushStorage(id: PickleValue): boolean {
    const [tag, type, key] = id.kind === 'tuple' ? id.elements : [];
    if (tag?.kind !== 'string' || tag.value !== 'storage' || key?.kind !== 'string')
      throw this.#bytes.malformed('a persistent id is not that of a storage');
    return this.#push({ kind: 'storage', storage: this.#context.storage(key.value), type: storageType(type) });
  }

  #append(elements: readonly PickleValue[]): boolean {
    const target = this.#stack.at(-1);
    if (target?.kind === 'list') for (const element of elements) target.elements.push(element);
    else if (target?.kind !== 'object') throw this.#bytes.malformed(`elements cannot be appended to ${describe(target)}`);
    return true;
  }

  #setItems(items: readonly PickleValue[]): boolean {
    const target = this.#stack.at(-1);
    if (target?.kind === 'dict') for (const pair of this.#pairs(items)) target.entries.push(pair);
    else if (target?.kind !== 'object') throw this.#bytes.malformed(`items cannot be set in ${describe(target)}`);
    return true;
  }

  #pairs(items: readonly PickleValue[]): [PickleValue, PickleValue][] {
    if (items.length % 2 !== 0) throw this.#bytes.malformed('a key of a dict has no value');
    return Array.from({ length: items.length / 2 }, (_, index) => [items[2 * index] ?? none, items[2 * index + 1] ?? none]);
  }

  #remember(key: number): boolean {
    const item = this.#stack.at(-1);
    if (item === undefined || item.kind === 'mark') throw this.#bytes.malformed('the pickle stack is empty');
    this.#memo.set(key, item);
    return true;
  }

  #recall(key: number): boolean {
    const item = this.#memo.get(key);
    if (item === undefined) throw this.#bytes.malformed(`memo ${key} is not set`);
    return this.#push(item);
  }

  #push(item: StackItem): boolean {
    this.#stack.push(item);
    return true;
  }

  #pushInt(value: bigint): boolean {
    return this.#push({ kind: 'int', value });
  }

  #pushString(length: number): boolean {
    return this.#push({ kind: 'string', value: this.#bytes.text(length) });
  }

  #pop(): PickleValue {
    return this.#valueOf(this.#stack.pop());
  }

  #popMany(count: number): PickleValue[] {
    if (this.#stack.length < count) throw this.#bytes.malformed('the stack is empty');
    return this.#stack.splice(-count).map((item) => this.#valueOf(item));
  }

  #popToMark(): PickleValue[] {
    const mark = this.#stack.findLastIndex(({ kind }) => kind === 'mark');
    if (mark === -1) throw this.#bytes.malformed('a mark is missing');
    const items = this.#stack.splice(mark).slice(1);
    return items.map((item) => this.#valueOf(item));
  }

  /** An item as a value: a function that is passed without a call is represented by its name. */
  #valueOf(item: StackItem | undefined): PickleValue {
    if (item === undefined || item.kind === 'mark') throw this.#bytes.malformed('the stack is empty');
    return item.kind === 'function' ? { kind: 'class', name: item.name } : item;
  }
}

function describe(item: StackItem | undefined): string {
  if (item === undefined) return 'nothing';
  return item.kind === 'class' || item.kind === 'function' ? item.name : item.kind;
}

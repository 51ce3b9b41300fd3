import { diagnostic, ncnnError } from '../../../diagnostics/diagnostic.ts';
import { chooseOutputs } from '../../../diagnostics/remedies.ts';
import type { PickleValue } from '../archive/pickleValue.ts';
import { type TracedOutput, Tracer } from '../trace/tracer.ts';
import { boolValue, floatValue, intValue, listValue, none, type TorchValue, tensorValue, unreportedReason } from '../values/value.ts';
import { payForWalk } from '../values/walk.ts';
import type { ScriptFiles } from './files.ts';
import { graphInputsOf, type ScriptInput } from './inputs.ts';
import { resultLeaves } from './results.ts';
import { ScriptEvaluator } from './run/evaluator.ts';
import { ScriptObjects } from './run/objects.ts';
import type { ScriptProgram } from './run/program.ts';
import type { FunctionValue } from './run/runtime.ts';
import type { SourceLines } from './run/sourceLines.ts';
import type { ScriptState } from './states.ts';

/** One run of `forward` on a tracer, with the initial values of attributes. */
export class ScriptRun {
  readonly tracer: Tracer;
  readonly #files: ScriptFiles;
  readonly #inputs: readonly ScriptInput[];
  readonly #states: ReadonlyMap<string, ScriptState>;
  readonly #objects: ScriptObjects;
  readonly #evaluator: ScriptEvaluator;
  readonly #constants = new Map<string, TorchValue>();
  #result: TorchValue = none;

  constructor(
    files: ScriptFiles,
    program: ScriptProgram,
    lines: SourceLines,
    inputs: readonly ScriptInput[],
    states: ReadonlyMap<string, ScriptState>,
  ) {
    const { file, folder } = files.archive;
    this.#files = files;
    this.#inputs = inputs;
    this.#states = states;
    const stateInputs = [...states].flatMap(([name, state]) =>
      state.kind === 'input' ? [{ kind: 'tensor' as const, name, dtype: state.dtype, shape: state.shape }] : [],
    );
    this.tracer = new Tracer(folder, graphInputsOf([...inputs, ...stateInputs]), files.archive.budget.renewed());
    const overrides = new Map([...states].map(([path, state]) => [path, this.#stateValue(path, state)]));
    this.#objects = new ScriptObjects(this.tracer, file, overrides);
    this.#evaluator = new ScriptEvaluator(this.tracer, {
      file,
      version: files.version,
      program,
      lines,
      objects: this.#objects,
      constant: (name) => this.#constant(name),
      budget: files.archive.budget,
    });
  }

  run(): void {
    const root = this.#objects.valueOf(this.#files.root, '');
    const forward = root.kind === 'object' ? this.#evaluator.findMethod(root.type, 'forward') : undefined;
    if (root.kind !== 'object' || forward === undefined) throw new TypeError('the module has no method forward');
    const namedInputs = this.#inputs.flatMap((input) => {
      const value = this.#inputValue(input);
      return value === undefined ? [] : [[input.name, value] as const];
    });
    const call = (method: FunctionValue, positional: readonly TorchValue[], keywords = new Map<string, TorchValue>()): TorchValue =>
      this.#evaluator.invoke(method, { positional: [root, ...positional], keywords }, undefined, root);
    const before = this.#evaluator.hooks(root.type, '__forward_pre_hooks__');
    let elements: readonly TorchValue[] = namedInputs.map(([, value]) => value);
    for (const hook of before) {
      const changed = call(hook, [{ kind: 'tuple', elements }]);
      if (changed.kind !== 'none') elements = changed.kind === 'tuple' ? changed.elements : [changed];
    }
    this.#result = before.length === 0 ? call(forward, [], new Map(namedInputs)) : call(forward, elements);
    for (const hook of this.#evaluator.hooks(root.type, '__forward_hooks__')) {
      const changed = call(hook, [{ kind: 'tuple', elements }, this.#result]);
      if (changed.kind !== 'none') this.#result = changed;
    }
  }

  /** The values of the attributes that the run wrote. */
  states(): ReadonlyMap<string, ScriptState> {
    return new Map(
      this.#objects.written().flatMap(({ path, object, name }) => {
        const value = this.#objects.attribute(object, name);
        return value === undefined || value.kind === 'failed' ? [] : [[path, this.#stateOf(path, value)] as const];
      }),
    );
  }

  /** The results, followed by the state after the run. Throws `NcnnError` if no result is a tensor. */
  outputs(): readonly TracedOutput[] {
    payForWalk([this.#result], this.tracer.budget);
    const results = resultLeaves(this.#result);
    const reason = unreportedReason([this.#result]);
    if (reason !== undefined)
      this.tracer.diagnostics.push(diagnostic('operator-unsupported', `a result is not supported: ${reason}`, chooseOutputs));
    if (results.length === 0 && this.tracer.diagnostics.length === 0) {
      throw ncnnError('graph-empty', 'forward returns no tensor', 'Save a module whose forward returns tensors.', {
        file: this.#files.archive.file,
      });
    }
    const written = this.#objects.written().flatMap(({ path, object, name }): readonly TracedOutput[] => {
      const value = this.#objects.attribute(object, name);
      return value?.kind === 'tensor' && this.#states.get(path)?.kind === 'input'
        ? [{ name: `${path}_out`, tensor: value.tensor, updates: path }]
        : [];
    });
    return [...results, ...written];
  }

  #stateOf(path: string, value: TorchValue): ScriptState {
    payForWalk([value], this.tracer.budget);
    if (value.kind !== 'tensor') {
      if (!holdsTensor(value)) return { kind: 'value', value };
      const hint = 'Export the model with its state as both an input and an output.';
      throw ncnnError('operator-unsupported', `the attribute "${path}" keeps tensors in a ${value.kind} between runs`, hint, {
        file: this.#files.archive.file,
      });
    }
    const { dtype } = value.tensor;
    const tensor = this.tracer.constantOf(value.tensor);
    return tensor === undefined
      ? { kind: 'input', dtype, shape: this.tracer.shapeOf(value.tensor) ?? [] }
      : { kind: 'constant', dtype, tensor };
  }

  #stateValue(path: string, state: ScriptState): TorchValue {
    switch (state.kind) {
      case 'input':
        return tensorValue(this.tracer.input(path, state.dtype));
      case 'constant':
        return tensorValue(this.tracer.constant(path, state.tensor, state.dtype));
      case 'value':
        return state.value;
    }
  }

  #constant(name: string): TorchValue {
    const known = this.#constants.get(name);
    if (known !== undefined) return known;
    const pickled: PickleValue | undefined = this.#files.constants[Number(name.replace(/^c/, ''))];
    if (pickled === undefined) {
      throw ncnnError('file-malformed', `the archive has no constant ${name}`, 'Save the model again with torch.jit.save.', {
        file: this.#files.archive.file,
      });
    }
    const value = this.#objects.valueOf(pickled, `CONSTANTS.${name}`);
    this.#constants.set(name, value);
    return value;
  }

  /** `undefined` if the default of the parameter is used. */
  #inputValue(input: ScriptInput): TorchValue | undefined {
    switch (input.kind) {
      case 'tensor':
        return tensorValue(this.tracer.input(input.name, input.dtype));
      case 'number':
        return numberValue(input);
      case 'list':
        return listValue(input.elements.map((element) => this.#inputValue(element) ?? none));
      case 'tuple':
        return { kind: 'tuple', elements: input.elements.map((element) => this.#inputValue(element) ?? none) };
      case 'dict':
        return { kind: 'dict', entries: new Map([...input.entries].map(([key, entry]) => [key, this.#inputValue(entry) ?? none])) };
      case 'example':
        return this.#objects.valueOf(input.value, input.name);
      case 'default':
        return undefined;
    }
  }
}

function numberValue({ type, value }: Extract<ScriptInput, { kind: 'number' }>): TorchValue {
  if (type === 'bool') return boolValue(Boolean(value));
  return type === 'int' ? intValue(typeof value === 'boolean' ? Number(value) : value) : floatValue(Number(value));
}

function holdsTensor(value: TorchValue): boolean {
  return resultLeaves(value).length > 0;
}

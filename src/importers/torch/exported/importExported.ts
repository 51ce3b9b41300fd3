import { type Diagnostic, diagnostic, throwErrors } from '../../../diagnostics/diagnostic.ts';
import { chooseOutputs } from '../../../diagnostics/remedies.ts';
import type { ConvertOptions } from '../../../options/convertOptions.ts';
import type { Imported } from '../../importer.ts';
import type { TorchArchive } from '../archive/archive.ts';
import { scalarTypeFacts } from '../archive/scalarType.ts';
import type { StoredTensor } from '../archive/storedTensor.ts';
import { finishGraph } from '../trace/finish.ts';
import { type TracedOutput, Tracer } from '../trace/tracer.ts';
import { type TorchDtype, torchDtypeOf } from '../values/dtype.ts';
import type { TracedTensor } from '../values/tensor.ts';
import { failed, type TorchValue, tensorValue, unreportedReason } from '../values/value.ts';
import { graphInputs, type ProgramInput, shapedInputs } from './inputs.ts';
import { type ExportedPackage, openPackage } from './package.ts';
import { type ExportedProgram, readProgram, versionDiagnostics } from './program.ts';
import { argumentLeafNames, leafPaths, resultLeafNames } from './pytree.ts';
import { runGraph } from './runGraph.ts';

/**
 * Imports a `.pt2` of torch.export, in training IR or decomposed. Buffers and inputs that the program writes are also outputs, and these
 * buffers are also inputs. Throws `NcnnError` with all errors.
 */
export function importExported(archive: TorchArchive, options: ConvertOptions = {}): Imported {
  const files = openPackage(archive);
  const program = readProgram(files.program, archive.file);
  const declared = programInputs(program, archive.file);
  const inputs = shapedInputs(declared, files.program.get('range_constraints'), options);
  const run = new ProgramRun(files, program, inputs, archive, writtenBuffers(program));
  run.run();
  const written = run.unexpectedWrites();
  // A buffer that the program writes was treated as a constant but must be an input.
  const final =
    written.length === 0 ? run : new ProgramRun(files, program, inputs, archive, new Set([...writtenBuffers(program), ...written]));
  if (final !== run) final.run();
  const about = `torch.export, schema ${program.schemaVersion}${program.torchVersion === undefined ? '' : `, made by torch ${program.torchVersion}`}`;
  const diagnostics = versionDiagnostics(files.program, archive.file);
  const outputs = final.outputs();
  const updates = new Map(outputs.flatMap(({ name, updates: input }) => (input === undefined ? [] : [[name, input] as const])));
  return {
    kind: 'graph',
    about,
    graph: finishGraph(final.tracer, outputs, options.outputs),
    diagnostics,
    sourceOf: (node) => final.tracer.sourceOf(node),
    updates,
  };
}

/** The input tensors of a program, in the order of its arguments. */
function programInputs(program: ExportedProgram, file: string): readonly ProgramInput[] {
  const given = program.inputs.filter(({ kind }) => kind === 'userInput' || kind === 'constantInput');
  const paths = program.inSpec === undefined ? undefined : leafPaths(program.inSpec, file);
  const names = paths?.length === given.length ? argumentLeafNames(paths, program.argumentNames) : undefined;
  return given.flatMap((spec, place): readonly ProgramInput[] => {
    if (spec.kind !== 'userInput') return [];
    const [kind, value] = spec.argument.variant();
    if (kind === 'as_none') return [];
    if (kind !== 'as_tensor') throw spec.argument.malformed('a tensor');
    const argument = value.get('name').string();
    return [{ name: names?.[place] ?? argument, argument, ...program.graph.tensorMeta(argument) }];
  });
}

/** The buffers that a decomposed program declares as written. */
function writtenBuffers({ outputs }: ExportedProgram): ReadonlySet<string> {
  return new Set(outputs.flatMap((spec) => (spec.kind === 'mutation' && spec.of === 'buffer' ? [spec.target] : [])));
}

/** A run of a program, with some of its buffers as inputs. */
class ProgramRun {
  readonly tracer: Tracer;
  readonly #program: ExportedProgram;
  readonly #inputs: readonly ProgramInput[];
  readonly #archive: TorchArchive;
  /** Buffers that are inputs. */
  readonly #states: ReadonlyMap<string, TracedTensor>;
  /** By their names in the model. */
  readonly #tensors = new Map<string, TracedTensor>();
  /** By their names in the graph. */
  readonly #values = new Map<string, TorchValue>();
  #results: readonly TorchValue[] = [];

  constructor(
    files: ExportedPackage,
    program: ExportedProgram,
    inputs: readonly ProgramInput[],
    archive: TorchArchive,
    states: ReadonlySet<string>,
  ) {
    this.#program = program;
    this.#inputs = inputs;
    this.#archive = archive;
    const stored = (name: string): StoredTensor | undefined => files.weights.get(name) ?? files.constants.get(name);
    const stateInputs = program.inputs.flatMap((spec): readonly ProgramInput[] => {
      if (spec.kind !== 'tensor' || !states.has(spec.name)) return [];
      return [{ name: spec.name, argument: spec.argument, ...program.graph.tensorMeta(spec.argument) }];
    });
    this.tracer = new Tracer('program', graphInputs([...inputs, ...stateInputs]), archive.budget.renewed());
    for (const { name, argument, dtype } of [...inputs, ...stateInputs]) this.#define(name, argument, this.tracer.input(name, dtype));
    this.#states = new Map(stateInputs.flatMap(({ name }) => [...this.#tensorNamed(name)].map((tensor) => [name, tensor] as const)));
    for (const spec of program.inputs) {
      if (spec.kind !== 'tensor' || this.#values.has(spec.argument)) continue;
      // Two arguments may be the same tensor.
      const known = this.#tensors.get(spec.name);
      const tensor = stored(spec.name);
      if (known !== undefined) this.#values.set(spec.argument, tensorValue(known));
      else if (tensor !== undefined) this.#define(spec.name, spec.argument, this.#constant(spec.name, tensor));
      // An object of another class, or damage: only operators that read it are reported.
      else this.#values.set(spec.argument, { kind: 'failed', reason: `the file contains no tensor for the ${spec.role} "${spec.name}"` });
    }
  }

  run(): void {
    const { graph } = this.#program;
    this.#results = runGraph(graph, this.#values, this.tracer);
  }

  /** The tensors of the file that were written although they are not inputs. */
  unexpectedWrites(): readonly string[] {
    const own = new Set(this.#inputs.map(({ name }) => name));
    return [...this.#tensors].flatMap(([name, tensor]) => (tensor.version > 0 && !own.has(name) && !this.#states.has(name) ? [name] : []));
  }

  /** The results of the model, followed by the new values of everything that it writes. */
  outputs(): readonly TracedOutput[] {
    const { outputs } = this.#program;
    const results = outputs.map((spec, place) => ({ spec, value: this.#results[place] ?? failed }));
    const own = results.filter(({ spec }) => spec.kind === 'userOutput').map(({ value }) => value);
    const names = this.#resultNames(own.length);
    throwErrors(own.flatMap((value, place) => unreadable(value, names[place] ?? `out${place}`)));
    const user = own.flatMap((value, place) =>
      value.kind === 'tensor' ? [{ name: names[place] ?? `out${place}`, tensor: value.tensor }] : [],
    );
    const stated = results.flatMap(({ spec, value }) => {
      if (spec.kind !== 'mutation' || value.kind !== 'tensor') return [];
      const name = this.#inputs.find(({ argument }) => argument === spec.target)?.name ?? spec.target;
      return [{ name: updatedName(name), tensor: value.tensor, updates: name }];
    });
    const written = [...this.#tensors].flatMap(([name, tensor]) =>
      tensor.version > 0 ? [{ name: updatedName(name), tensor, updates: name }] : [],
    );
    return [...user, ...stated, ...written];
  }

  #resultNames(count: number): readonly string[] {
    const { outSpec } = this.#program;
    const paths = outSpec === undefined ? undefined : leafPaths(outSpec, this.#archive.file);
    return paths?.length === count ? resultLeafNames(paths) : [];
  }

  #tensorNamed(name: string): readonly TracedTensor[] {
    const tensor = this.#tensors.get(name);
    return tensor === undefined ? [] : [tensor];
  }

  #define(name: string, argument: string, tensor: TracedTensor): void {
    this.#tensors.set(name, tensor);
    this.#values.set(argument, tensorValue(tensor));
  }

  #constant(name: string, stored: StoredTensor): TracedTensor {
    return this.tracer.constant(name, stored.tensor(), dtypeOf(stored));
  }
}

/** A result that cannot be computed, if that was not reported yet. */
function unreadable(value: TorchValue, name: string): readonly Diagnostic[] {
  const reason = unreportedReason([value]);
  return reason === undefined
    ? []
    : [diagnostic('operator-unsupported', `the output "${name}" is not supported: ${reason}`, chooseOutputs)];
}

function dtypeOf({ layout }: StoredTensor): TorchDtype {
  return torchDtypeOf(layout.type) ?? scalarTypeFacts(layout.type).dtype ?? 'float32';
}

/** The name of the output that contains the value of an input for the next run. */
function updatedName(input: string): string {
  return `${input}_out`;
}

import { diagnostic, NcnnError, ncnnError } from '../../../diagnostics/diagnostic.ts';
import { OperatorError } from '../../../graph/ir/operator.ts';
import type { ConvertOptions } from '../../../options/convertOptions.ts';
import type { Imported } from '../../importer.ts';
import type { TorchArchive } from '../archive/archive.ts';
import { finishGraph } from '../trace/finish.ts';
import { openScript, type ScriptFiles } from './files.ts';
import { type ScriptInput, scriptInputs } from './inputs.ts';
import { refusePackedModel } from './run/packed.ts';
import { ScriptProgram } from './run/program.ts';
import { SourceLines } from './run/sourceLines.ts';
import { ScriptRun } from './scriptRun.ts';
import { mergeStates, type ScriptState } from './states.ts';

/** Maximum number of runs until the state of a model converges. */
const maxRuns = 5;

/**
 * Imports a torch.jit.save file: traced, scripted, frozen, or for the lite interpreter. State that `forward` keeps in attributes becomes
 * inputs and outputs. Throws `NcnnError` with all errors.
 */
export function importScript(archive: TorchArchive, options: ConvertOptions = {}): Imported {
  const files = openScript(archive);
  const program = new ScriptProgram(archive);
  const forward = program.findMethod(program.classOf(files.root.className) && files.root.className, 'forward');
  if (forward === undefined) {
    const hint = 'Save a module with a method `forward`.';
    throw ncnnError('file-malformed', `the class ${files.root.className} has no method forward`, hint, { file: archive.file });
  }
  refusePackedModel(files.root, forward.definition);
  const inputs = scriptInputs(forward.definition, { file: archive.file, examples: files.examples, extraShape: files.extraShape }, options);
  const run = withIntegers(files, program, inputs);
  const outputs = run.outputs();
  const updates = new Map(outputs.flatMap(({ name, updates: input }) => (input === undefined ? [] : [[name, input] as const])));
  const graph = finishGraph(run.tracer, outputs, options.outputs);
  return { kind: 'graph', about: aboutScript(files), graph, diagnostics: [], sourceOf: (node) => run.tracer.sourceOf(node), updates };
}

/** Runs the model. Tensors that turn out to be indices are integers, unless the file defines the types. */
function withIntegers(files: ScriptFiles, program: ScriptProgram, inputs: readonly ScriptInput[]): ScriptRun {
  const run = settle(files, program, inputs);
  if (files.examples !== undefined) return run;
  const indices = run.tracer.floatIndices(
    inputs.flatMap((input) => (input.kind === 'tensor' && input.dtype === 'float32' ? [input.name] : [])),
  );
  if (indices.size === 0) return run;
  const typed = inputs.map((input) => (indices.has(input.name) && input.kind === 'tensor' ? { ...input, dtype: 'int64' as const } : input));
  return settle(files, program, typed);
}

/** Runs the model until the initial states of the attributes that it writes no longer change. */
function settle(files: ScriptFiles, program: ScriptProgram, inputs: readonly ScriptInput[]): ScriptRun {
  const lines = new SourceLines(files.archive);
  let states: ReadonlyMap<string, ScriptState> = new Map();
  for (let count = 0; count < maxRuns; count++) {
    const run = new ScriptRun(files, program, lines, inputs, states);
    runForward(run, files);
    const next = mergeStates(states, run.states());
    if (next === states) return run;
    states = next;
  }
  const names = [...states.keys()].map((name) => `"${name}"`).join(', ');
  const hint = 'Export the model with its state as both an input and an output.';
  throw ncnnError('operator-unsupported', `the attributes ${names} change shape or value between runs`, hint, {
    file: files.archive.file,
  });
}

/** An error that no statement reported belongs to the call of `forward`. */
function runForward(run: ScriptRun, { archive: { file } }: ScriptFiles): void {
  try {
    run.run();
  } catch (error) {
    if (error instanceof OperatorError)
      throw new NcnnError([diagnostic('operator-invalid', error.message, 'Save the model again with torch.jit.save.', { file })]);
    throw error;
  }
}

function aboutScript({ version, examples, archive }: ScriptFiles): string {
  const kind = examples === undefined ? 'scripted' : 'traced';
  const isLite = archive.has('bytecode.pkl') ? ' for the lite interpreter' : '';
  return `TorchScript, ${kind}${isLite}, version ${version}`;
}

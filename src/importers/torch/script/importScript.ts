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

/** Most runs until what a model keeps from run to run has settled. */
const maxRuns = 5;

/**
 * A file of torch.jit.save: traced, scripted, frozen, or for the lite interpreter. What `forward` keeps in attributes becomes inputs and
 * outputs. Throws `NcnnError` with everything that is wrong.
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
  return { kind: 'graph', about: aboutScript(files), graph, diagnostics: [], sources: run.tracer.sources, updates };
}

/** Runs the model; tensors of which the file does not say that they are indices are integers where they turn out to be. */
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

/** Runs the model until the attributes that it writes are the same before and after. */
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
  const hint = 'Export the model so that what it keeps from run to run is an input and an output.';
  throw ncnnError('operator-unsupported', `the attributes ${names} change their shape or value from run to run`, hint, {
    file: files.archive.file,
  });
}

/** What no statement has reported is a fault of the call of `forward` itself. */
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

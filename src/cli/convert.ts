import { type Conversion, type ConvertOptions, convert, emitFiles, emitters, stemOf } from '../api.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../diagnostics.ts';
import type { Command } from './command.ts';
import { startProgress } from './progress.ts';
import { formatBytes, renderDiagnostics } from './render.ts';
import { commit, discard, identity, type StagedFile, stage } from './staging.ts';
import type { Terminal } from './terminal.ts';
import { type Given, suggestion, UsageError } from './usage.ts';
import { parseConstants, parseList, parseShapes } from './values.ts';

const forms: readonly string[] = [...emitters.keys()];
const defaultForms: readonly string[] = ['param', 'bin', 'json'];

export const convertCommand: Command = {
  name: 'convert',
  usage: 'convert MODEL... -o DIR [options]',
  summary: 'converts models and writes what --emit lists',
  options: {
    'out-dir': { short: 'o', value: 'DIR', help: 'where the files go; made if it is missing' },
    emit: { value: 'LIST', multiple: true, help: `what to write: ${defaultForms.join(',')} unless given` },
    shape: { value: 'NAME=DIMS', multiple: true, help: 'fix the shape of an input: x=1,3,224,224; x= is a scalar; repeatable' },
    const: { value: 'NAME=VALUE', multiple: true, help: 'pin an input: a number, true, false, or a comma list; repeatable' },
    output: { value: 'NAME', multiple: true, help: 'cut the graph at this tensor; repeatable' },
    fp16: { help: 'store weights as fp16' },
    'no-optimize': { help: 'keep the net as converted' },
    passes: { value: 'LIST', multiple: true, help: 'run these optimiser passes only' },
    'fp32-layers': { value: 'LIST', multiple: true, help: 'layers that stay fp32 under --fp16' },
    'custom-layers': { value: 'LIST', multiple: true, help: 'layer types your own runtime registers' },
    'allow-outside': { help: "read side files outside of the model's folder" },
    json: { help: 'print one JSON object a model, and nothing else' },
  },
  notes: [
    'An input is named, or addressed by position as #0, #1 and so on. The last = separates, so names may hold one.',
    'Where a model is two files of different names, join them with a plus: deploy.prototxt+net.caffemodel.',
    `--emit takes ${forms.join(', ')}.`,
    'Exit code: 0, or 1 if a model failed, or 2 for wrong usage.',
  ],
  run: async (given, terminal) => {
    const { models, directory, chosen, options, json } = readRequest(given);
    const outcomes = await convertAll(models, directory, chosen, options, terminal, json);
    for (const outcome of outcomes) (json ? printJson : printText)(outcome, terminal);
    return outcomes.every(({ ok }) => ok) ? 0 : 1;
  },
};

interface Request {
  readonly models: readonly string[];
  readonly directory: string;
  readonly chosen: readonly string[];
  readonly options: ConvertOptions;
  readonly json: boolean;
}

/** What became of one model. */
interface Outcome {
  readonly model: string;
  readonly ok: boolean;
  readonly staged: readonly StagedFile[];
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of the files read. */
  readonly sources: readonly string[];
}

function readRequest({ positionals, values }: Given): Request {
  const all = (name: string): readonly string[] => values.get(name) ?? [];
  const [directory] = all('out-dir');
  if (positionals.length === 0) throw new UsageError('no model is given');
  if (directory === undefined) throw new UsageError('-o DIR is needed: where the files go');
  if (values.has('no-optimize') && values.has('passes')) throw new UsageError('--no-optimize and --passes exclude each other');
  const list = (name: string): readonly string[] | undefined => (values.has(name) ? parseList(`--${name}`, all(name)) : undefined);
  const passes = list('passes');
  const fp32Layers = list('fp32-layers');
  const customLayers = list('custom-layers');
  const options: ConvertOptions = {
    shape: parseShapes(all('shape')),
    const: parseConstants(all('const')),
    ...(values.has('output') ? { outputs: all('output') } : {}),
    ...(values.has('fp16') ? { precision: 'fp16' } : {}),
    ...(values.has('no-optimize') ? { optimize: false } : {}),
    ...(passes === undefined ? {} : { optimize: passes }),
    ...(fp32Layers === undefined ? {} : { fp32Layers }),
    ...(customLayers === undefined ? {} : { customLayers }),
    allowOutside: values.has('allow-outside'),
  };
  return { models: positionals, directory, chosen: readForms(list('emit')), options, json: values.has('json') };
}

function readForms(names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return defaultForms;
  const unknown = names.find((name) => !emitters.has(name));
  if (unknown !== undefined) throw new UsageError(`--emit ${unknown}: there is no such form${suggestion(unknown, forms)}`);
  return [...new Set(names)];
}

/**
 * Converts every model and writes under temporary names first; the results get their names together, at the end, once it is
 * clear that no two are the same file and that none replaces a source of any model.
 */
async function convertAll(
  models: readonly string[],
  directory: string,
  chosen: readonly string[],
  options: ConvertOptions,
  terminal: Terminal,
  json: boolean,
): Promise<readonly Outcome[]> {
  // Equal stems give equal files whatever the forms are: known before the work is done.
  const early = sameTargets(models.map((model) => ({ model, targets: [stemOf(model)] })));
  if (early.size > 0) return models.map((model) => conflicting(model, early));

  const outcomes: Outcome[] = [];
  for (const model of models) outcomes.push(await convertOne(model, directory, chosen, options, terminal, json));

  const late = new Map([...sameTargets(outcomes.map(targetsOf)), ...replacedSources(outcomes)]);
  if (late.size > 0) {
    for (const { staged } of outcomes) discard(staged);
    return outcomes.map((outcome) => (outcome.ok ? conflicting(outcome.model, late) : outcome));
  }
  return outcomes.map((outcome) => {
    try {
      commit(outcome.staged);
      return outcome;
    } catch (error) {
      return failed(outcome.model, error, [...outcome.diagnostics]);
    }
  });
}

async function convertOne(
  model: string,
  directory: string,
  chosen: readonly string[],
  options: ConvertOptions,
  terminal: Terminal,
  json: boolean,
): Promise<Outcome> {
  const progress = startProgress(model, json ? withoutProgress(terminal) : terminal);
  try {
    const { artifact, diagnostics, files }: Conversion = await convert(model, options, { onStage: progress.stage });
    return { model, ok: true, staged: stage(directory, emitFiles(artifact, chosen)), diagnostics, sources: files };
  } catch (error) {
    return failed(model, error);
  } finally {
    progress.stop();
  }
}

function failed(model: string, error: unknown, told: readonly Diagnostic[] = []): Outcome {
  const found = error instanceof NcnnError ? error.diagnostics : [internal(model, error)];
  return { model, ok: false, staged: [], diagnostics: [...told, ...found], sources: [] };
}

/** A fault of ours, told like any other so that further models are still tried. */
function internal(model: string, error: unknown): Diagnostic {
  const told = error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3) : [String(error)];
  const message = `the converter failed: ${told.map((line) => line.trim()).join(' ')}`;
  return diagnostic('internal-error', message, 'This is a fault of the converter and not of the model: please report it with the model.', {
    file: model,
  });
}

type Conflicts = ReadonlyMap<string, Diagnostic>;

function conflicting(model: string, conflicts: Conflicts): Outcome {
  const [[first] = []] = conflicts;
  const bystander = diagnostic(
    'output-conflict',
    `nothing was written, since other models of the call are in conflict (${first ?? ''})`,
    'Solve that conflict, or convert this model in a call of its own.',
    { file: model },
  );
  return { model, ok: false, staged: [], diagnostics: [conflicts.get(model) ?? bystander], sources: [] };
}

interface Targets {
  readonly model: string;
  /** Names or paths, equal where the files are. */
  readonly targets: readonly string[];
}

function targetsOf({ model, staged }: Outcome): Targets {
  return { model, targets: staged.map((file) => identity(file.path)) };
}

/** Models that would write a file that another model writes too. */
function sameTargets(all: readonly Targets[]): Conflicts {
  const owners = new Map<string, string>();
  const conflicts = new Map<string, Diagnostic>();
  for (const { model, targets } of all) {
    for (const target of targets) {
      const owner = owners.get(target);
      owners.set(target, owner ?? model);
      if (owner === undefined) continue;
      conflicts.set(owner, clash(owner, model));
      conflicts.set(model, clash(model, owner));
    }
  }
  return conflicts;
}

function clash(model: string, other: string): Diagnostic {
  return diagnostic('output-conflict', `${other} would be written to the same files`, 'Convert them in two calls, with a folder each.', {
    file: model,
  });
}

/** Models with a result that would replace a file some model was read from. */
function replacedSources(outcomes: readonly Outcome[]): Conflicts {
  const sources = new Set(outcomes.flatMap((outcome) => outcome.sources.map(identity)));
  const conflicts = new Map<string, Diagnostic>();
  for (const { model, staged } of outcomes) {
    const replaced = staged.find((file) => sources.has(identity(file.path)));
    if (replaced === undefined) continue;
    const message = `the result ${replaced.path} would replace a file the models are read from`;
    conflicts.set(model, diagnostic('output-conflict', message, 'Give another folder with -o.', { file: model }));
  }
  return conflicts;
}

function printJson({ model, ok, staged, diagnostics }: Outcome, terminal: Terminal): void {
  const files = ok ? staged.map((file) => file.path) : [];
  terminal.print(JSON.stringify({ model, ok, files, diagnostics }));
}

function printText({ model, ok, staged, diagnostics }: Outcome, terminal: Terminal): void {
  for (const line of renderDiagnostics(diagnostics, terminal.paint)) terminal.tell(line);
  if (!ok) return;
  terminal.tell(`${terminal.paint('green', 'converted')} ${terminal.paint('bold', model)}`);
  for (const file of staged) terminal.tell(`  ${file.path} ${terminal.paint('dim', formatBytes(file.size))}`);
}

function withoutProgress({ print, tell, paint }: Terminal): Terminal {
  return { print, tell, paint };
}

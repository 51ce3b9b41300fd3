import { emitFiles, type MergeOptions, merge } from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { formatBytes } from '../../diagnostics/render.ts';
import { visible } from '../../diagnostics/visible.ts';
import { commit, discard, stage } from '../../files/staging.ts';
import { conversionOptions, readConversionOptions } from '../arguments/conversionOptions.ts';
import { emitNote, emitOption, readForms } from '../arguments/emitOption.ts';
import { joinModels } from '../arguments/models.ts';
import { type OptionSpecs, type ParsedArguments, UsageError } from '../arguments/usage.ts';
import { printDiagnostics, printJson } from '../output/diagnostics.ts';
import { startProgress } from '../output/progress.ts';
import type { Command } from './command.ts';
import { conflictOf, replacedSources } from './conflicts.ts';

/** Conversion options that apply to both models. */
const sharedOptions: OptionSpecs = Object.fromEntries(
  Object.entries(conversionOptions).filter(([name]) =>
    ['fp16', 'no-optimize', 'passes', 'ncnn-version', 'fp32-layers', 'custom-layers', 'allow-outside'].includes(name),
  ),
);

export const mergeCommand: Command = {
  options: {
    'out-dir': { short: 'o', value: 'DIR', help: 'folder for the files; created if missing' },
    name: { value: 'NAME', help: 'name of the files; FIRST_SECOND by default' },
    join: { value: 'OUTPUT=INPUT', multiple: true, help: 'connect an output of FIRST to an input of SECOND; repeatable' },
    ...emitOption,
    ...sharedOptions,
    json: { help: 'print only one JSON object' },
  },
  notes: [
    'Without --join, outputs and inputs of the same name are joined; if no names match, all of them in order.',
    'Names that exist in both models get the name of SECOND as a prefix. Convert models that need other options first, and merge the nets.',
    emitNote,
    'Exit code: 0, or 1 if a model failed, or 2 for wrong usage.',
  ],
  run: async (args, terminal) => {
    const { first, second, directory, forms, options } = readRequest(args);
    const model = `${first} ${second}`;
    const json = args.values.has('json');
    terminal.writesTo?.(directory);
    const progress = startProgress(model, json ? undefined : terminal.showProgress);
    try {
      const { artifact, diagnostics, files: sources } = await merge(first, second, options, { onStage: progress.stage });
      progress.stop();
      const staged = await stage(directory, emitFiles(artifact, forms));
      const conflicts = replacedSources([{ model: first, targets: staged.map(({ path }) => path), sources }]);
      if (conflicts.size > 0) discard(staged);
      else commit(staged);
      const ok = conflicts.size === 0;
      const found = ok ? diagnostics : [conflictOf(first, conflicts)];
      if (json) printJson({ model, ok, files: ok ? staged.map(({ path }) => path) : [], diagnostics: found }, terminal);
      else printDiagnostics(found, terminal);
      if (ok && !json) {
        for (const file of staged) terminal.log(`${visible(file.path)} ${terminal.paint('dim', formatBytes(file.size))}`);
      }
      return ok ? 0 : 1;
    } catch (error) {
      progress.stop();
      const diagnostics = conversionErrors(error, { file: first });
      if (json) printJson({ model, ok: false, files: [], diagnostics }, terminal);
      else printDiagnostics(diagnostics, terminal);
      return 1;
    }
  },
};

interface MergeRequest {
  readonly first: string;
  readonly second: string;
  readonly directory: string;
  readonly forms: readonly string[];
  readonly options: MergeOptions;
}

function readRequest(args: ParsedArguments): MergeRequest {
  const { positionals, values } = args;
  const [first, second, ...more] = joinModels(positionals);
  if (first === undefined || second === undefined || more.length > 0) throw new UsageError('expected two models');
  const [directory] = values.get('out-dir') ?? [];
  if (directory === undefined) throw new UsageError('expected -o DIR, the folder for the files');
  const { shape: _, const: __, ...shared } = readConversionOptions(args);
  const [name] = values.get('name') ?? [];
  if (name !== undefined && /[/\\]/.test(name)) throw new UsageError('--name takes a name without folders');
  const joints = (values.get('join') ?? []).map(readJoint);
  const options = { ...shared, joints, ...(name === undefined ? {} : { name }) };
  return { first, second, directory, forms: readForms(values), options };
}

function readJoint(text: string): { readonly output: string; readonly input: string } {
  const separator = text.lastIndexOf('=');
  if (separator < 1) throw new UsageError(`--join ${text}: expected OUTPUT=INPUT`);
  return { output: text.slice(0, separator), input: text.slice(separator + 1) };
}

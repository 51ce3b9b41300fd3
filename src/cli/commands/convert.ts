import {
  type Artifact,
  type CalibrationOptions,
  type Conversion,
  type ConvertOptions,
  convert,
  emitFiles,
  stemOf,
  type Verification,
  verify,
} from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { formatBytes } from '../../diagnostics/render.ts';
import { visible } from '../../diagnostics/visible.ts';
import { commit, discard, type StagedFile, stage } from '../../files/staging.ts';
import { calibrationOptions, readCalibration } from '../arguments/calibrationOptions.ts';
import { conversionNotes, conversionOptions, readConversionOptions } from '../arguments/conversionOptions.ts';
import { emitNote, emitOption, readForms } from '../arguments/emitOption.ts';
import { joinModels } from '../arguments/models.ts';
import { type ParsedArguments, UsageError } from '../arguments/usage.ts';
import {
  parseVerificationOptions,
  readVerificationInputs,
  usedVerificationOptions,
  type VerificationRequest,
  verificationOptions,
} from '../arguments/verificationOptions.ts';
import { printDiagnostics, printJson } from '../output/diagnostics.ts';
import { optimizedLine } from '../output/optimizedLine.ts';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { renderVerification } from '../output/verificationTable.ts';
import type { Command } from './command.ts';
import { conflictOf, replacedSources, sameTargets } from './conflicts.ts';

export const convertCommand: Command = {
  options: {
    'out-dir': { short: 'o', value: 'DIR', help: 'folder for the files; created if missing' },
    ...emitOption,
    ...conversionOptions,
    ...calibrationOptions,
    verify: { help: 'compare model and net, and write nothing if they differ' },
    ...verificationOptions,
    verbose: { help: 'list the named blobs of the model that the net no longer has' },
    json: { help: 'print one JSON object for each model, and nothing else' },
  },
  notes: [...conversionNotes, emitNote, 'Exit code: 0, or 1 if a model failed, or 2 for wrong usage.'],
  run: async (given, terminal) => {
    const request = await withCalibration(readRequest(given), given);
    const outcomes = await convertAll(request, terminal);
    for (const outcome of outcomes) {
      if (request.json) printOutcome(outcome, terminal);
      else printText(outcome, request.verbose, terminal);
    }
    return outcomes.every(({ ok }) => ok) ? 0 : 1;
  },
};

async function withCalibration(request: Request, given: ParsedArguments): Promise<Request> {
  return { ...request, options: { ...request.options, ...(await readCalibration(given)) } };
}

interface Request {
  readonly models: readonly string[];
  readonly directory: string;
  readonly chosen: readonly string[];
  readonly options: ConvertOptions & CalibrationOptions;
  /** How the result is checked; absent where it is not. */
  readonly check?: VerificationRequest;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** What became of one model. */
interface Outcome {
  readonly model: string;
  readonly ok: boolean;
  readonly staged: readonly StagedFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly artifact?: Artifact;
  /** Absolute paths of the files read. */
  readonly sources: readonly string[];
  readonly verification?: Verification;
}

function readRequest(given: ParsedArguments): Request {
  const { positionals, values } = given;
  const [directory] = values.get('out-dir') ?? [];
  if (positionals.length === 0) throw new UsageError('no model is given');
  if (directory === undefined) throw new UsageError('-o DIR is needed: where the files go');
  const chosen = readForms(values);
  const isOwn = (name: string): boolean => values.has('calibrate') && ['mean', 'norm'].includes(name);
  const stray = values.has('verify') ? undefined : usedVerificationOptions(given).find((name) => !isOwn(name));
  if (stray !== undefined) throw new UsageError(`--${stray} needs --verify`);
  const check = values.has('verify') ? { check: parseVerificationOptions(given) } : {};
  return {
    models: joinModels(positionals),
    directory,
    chosen,
    options: readConversionOptions(given),
    ...check,
    json: values.has('json'),
    verbose: values.has('verbose'),
  };
}

/**
 * Converts every model and writes under temporary names first; the results get their names together, at the end, once it is
 * clear that no two are the same file and that none replaces a source of any model.
 */
async function convertAll(request: Request, terminal: Terminal): Promise<readonly Outcome[]> {
  const { models } = request;
  // Equal stems give equal files whatever the forms are: known before the work is done.
  const early = sameTargets(models.map((model) => ({ model, targets: [stemOf(model)] })));
  if (early.size > 0) return models.map((model) => failedWith(model, [conflictOf(model, early)]));

  const outcomes: Outcome[] = [];
  try {
    for (const model of models) outcomes.push(await convertOne(model, request, terminal));
    return writeAll(outcomes);
  } catch (error) {
    for (const { staged } of outcomes) discard(staged);
    throw error;
  }
}

function writeAll(outcomes: readonly Outcome[]): readonly Outcome[] {
  const results = outcomes.map(({ model, staged, sources }) => ({ model, targets: staged.map((file) => file.path), sources }));
  const late = new Map([...sameTargets(results), ...replacedSources(results)]);
  if (late.size > 0) {
    for (const { staged } of outcomes) discard(staged);
    return outcomes.map((outcome) => (outcome.ok ? failedWith(outcome.model, [conflictOf(outcome.model, late)]) : outcome));
  }
  return outcomes.map((outcome) => {
    try {
      commit(outcome.staged);
      return outcome;
    } catch (error) {
      return failedWith(outcome.model, [...outcome.diagnostics, ...conversionErrors(error, { file: outcome.model })]);
    }
  });
}

async function convertOne(model: string, { directory, chosen, options, check, json }: Request, terminal: Terminal): Promise<Outcome> {
  const progress = startProgress(model, json ? undefined : terminal.showProgress);
  try {
    const hooks = { onStage: progress.stage };
    const result: Conversion & { readonly verification?: Verification } =
      check === undefined
        ? await convert(model, options, hooks)
        : await verify(model, { ...options, ...(await readVerificationInputs(check)) }, hooks);
    const { artifact, diagnostics, files, verification } = result;
    const checked = verification === undefined ? {} : { verification };
    if (verification?.ok === false) return { ...failedWith(model, diagnostics), ...checked };
    terminal.writesTo?.(directory);
    const staged = await stage(directory, emitFiles(artifact, chosen));
    return { model, ok: true, artifact, staged, diagnostics, sources: files, ...checked };
  } catch (error) {
    return failedWith(model, conversionErrors(error, { file: model }));
  } finally {
    progress.stop();
  }
}

function failedWith(model: string, diagnostics: readonly Diagnostic[]): Outcome {
  return { model, ok: false, staged: [], diagnostics, sources: [] };
}

function printOutcome({ model, ok, staged, diagnostics, verification }: Outcome, terminal: Terminal): void {
  const files = ok ? staged.map((file) => file.path) : [];
  printJson({ model, ok, files, diagnostics, ...(verification === undefined ? {} : { verification }) }, terminal);
}

function printText({ model, ok, artifact, staged, diagnostics, verification }: Outcome, verbose: boolean, terminal: Terminal): void {
  printDiagnostics(diagnostics, terminal);
  for (const line of verification === undefined ? [] : renderVerification(verification, terminal.paint)) terminal.log(line);
  if (!ok) return;
  terminal.log(`${terminal.paint('green', 'converted')} ${terminal.paint('bold', visible(model))}`);
  if (artifact !== undefined && artifact.passes.length > 0) terminal.log(`  ${terminal.paint('dim', optimizedLine(artifact))}`);
  for (const line of lostLines(artifact?.lostBlobs ?? [], verbose)) terminal.log(`  ${terminal.paint('dim', line)}`);
  for (const file of staged) terminal.log(`  ${visible(file.path)} ${terminal.paint('dim', formatBytes(file.size))}`);
}

/** Blobs of the model that an app could not extract by their names any more. */
function lostLines(names: readonly string[], verbose: boolean): readonly string[] {
  if (names.length === 0) return [];
  const count = `${names.length} named ${names.length === 1 ? 'blob' : 'blobs'} of the model ${names.length === 1 ? 'is' : 'are'} gone`;
  return verbose ? [`${count}; --keep NAME keeps one:`, ...names.map((name) => `  ${visible(name)}`)] : [`${count}; --verbose lists them`];
}

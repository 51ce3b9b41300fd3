import { availableParallelism } from 'node:os';
import { stemOf } from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { formatBytes } from '../../diagnostics/render.ts';
import { visible } from '../../diagnostics/visible.ts';
import { commit, discard } from '../../files/staging.ts';
import { removeOwnTemporaries } from '../../files/temporaries.ts';
import { calibrationOptions } from '../arguments/calibrationOptions.ts';
import { conversionNotes, conversionOptions } from '../arguments/conversionOptions.ts';
import { emitNote, emitOption } from '../arguments/emitOption.ts';
import type { ParsedArguments } from '../arguments/usage.ts';
import { verificationOptions } from '../arguments/verificationOptions.ts';
import { printDiagnostics, printJson } from '../output/diagnostics.ts';
import { optimizedLine } from '../output/optimizedLine.ts';
import type { Terminal } from '../output/terminal.ts';
import { renderVerification } from '../output/verificationTable.ts';
import { convertInThread } from '../thread/convertInThread.ts';
import type { Command } from './command.ts';
import { conflictOf, replacedSources, sameTargets } from './conflicts.ts';
import { type ConvertCommandRequest, convertModel, failedWith, type Outcome, readConvertRequest } from './convertModel.ts';
import { convertOnChange } from './convertOnChange.ts';
import { sharesOf } from './shares.ts';

export const convertCommand: Command = {
  options: {
    'out-dir': { short: 'o', value: 'DIR', help: 'folder for the files; created if missing' },
    ...emitOption,
    ...conversionOptions,
    ...calibrationOptions,
    verify: { help: 'compare model and net, and write nothing if they differ' },
    ...verificationOptions,
    watch: { help: 'convert a model again whenever one of its files changes, until you press Ctrl+C' },
    verbose: { help: 'list the named blobs of the model that the net no longer has' },
    json: { help: 'print only one JSON object for each model' },
  },
  notes: [...conversionNotes, emitNote, 'Exit code: 0, or 1 if a model failed, or 2 for wrong usage.'],
  run: async (args, terminal) => {
    const request = await readConvertRequest(args);
    const convertAndPrint = async (models: readonly string[]): Promise<readonly Outcome[]> => {
      const outcomes = await convertAll({ ...request, models }, args, terminal);
      for (const outcome of outcomes) {
        if (request.json) printOutcome(outcome, terminal);
        else printText(outcome, request.verbose, terminal);
      }
      return outcomes;
    };
    if (args.values.has('watch')) return await convertOnChange(request, convertAndPrint, terminal);
    return (await convertAndPrint(request.models)).every(({ ok }) => ok) ? 0 : 1;
  },
};

/**
 * Converts every model and writes the outputs under temporary names. They are renamed together at the end, after checking that no two are
 * the same file and that none overwrites an input file.
 */
async function convertAll(request: ConvertCommandRequest, args: ParsedArguments, terminal: Terminal): Promise<readonly Outcome[]> {
  const { models } = request;
  // Equal stems always give equal files, so this conflict is detected before any conversion.
  const early = sameTargets(models.map((model) => ({ model, targets: [stemOf(model)] })));
  if (early.size > 0) return models.map((model) => failedWith(model, [conflictOf(model, early)]));

  const outcomes: Outcome[] = [];
  const convertShare = async (share: readonly string[]): Promise<void> => {
    for (const model of share) outcomes.push(await convertModel(model, request, terminal));
  };
  try {
    const { script } = terminal;
    const [own = [], ...others] = script === undefined ? [models] : sharesOf(models, availableParallelism());
    const elsewhere = others.map(async (share) => {
      for (const outcome of await convertInThread(script, { args, models: share }, terminal)) outcomes.push(outcome);
    });
    await settleAll([...elsewhere, convertShare(own)]);
    const places = new Map(models.map((model, place) => [model, place]));
    return writeAll(outcomes.sort((left, right) => (places.get(left.model) ?? 0) - (places.get(right.model) ?? 0)));
  } catch (error) {
    // Including models of other threads.
    removeOwnTemporaries(request.directory);
    throw error;
  }
}

/** Waits for all, even if one fails, so that the files of the others are known. Throws the error of the first one. */
async function settleAll(actions: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(actions)).find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
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

/** Blobs of the model that an app can no longer extract by name. */
function lostLines(names: readonly string[], verbose: boolean): readonly string[] {
  if (names.length === 0) return [];
  const count = `${names.length} named ${names.length === 1 ? 'blob' : 'blobs'} of the model ${names.length === 1 ? 'is' : 'are'} gone`;
  return verbose ? [`${count}; --keep NAME keeps one:`, ...names.map((name) => `  ${visible(name)}`)] : [`${count}; --verbose lists them`];
}

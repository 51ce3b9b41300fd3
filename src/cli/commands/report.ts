import { statSync } from 'node:fs';
import path from 'node:path';
import { type Conversion, convert, type ModelRun, renderReport, reportData, runModel, stemOf } from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { formatBytes } from '../../diagnostics/render.ts';
import { visible } from '../../diagnostics/visible.ts';
import { commit, stageAtOnce } from '../../files/staging.ts';
import { conversionNotes, conversionOptions, readConversionOptions } from '../arguments/conversionOptions.ts';
import { joinModels } from '../arguments/models.ts';
import { UsageError } from '../arguments/usage.ts';
import { printDiagnostics } from '../output/diagnostics.ts';
import { startProgress } from '../output/progress.ts';
import { forShell } from '../output/shellHints.ts';
import type { Terminal } from '../output/terminal.ts';
import { benchRuns, readWasm, runFailure } from './benchRun.ts';
import type { Command } from './command.ts';
import { conflictOf, replacedSources } from './conflicts.ts';

export const reportCommand: Command = {
  options: {
    out: { short: 'o', value: 'PATH', help: 'the HTML file, or a folder for it; MODEL.report.html by default' },
    bench: { value: 'NUMBER', help: 'run the net this many times and show the time of each layer' },
    interpreter: { help: 'do not use ncnn for these runs' },
    ...conversionOptions,
  },
  notes: [...conversionNotes, 'The file is self-contained: open it from disk, send it or archive it.'],
  run: async (args, terminal) => {
    const options = readConversionOptions(args);
    const [model, ...more] = joinModels(args.positionals);
    if (model === undefined) throw new UsageError('expected a model');
    if (more.length > 0) throw new UsageError('expected exactly one model');
    const out = pageFile(args.values.get('out')?.[0], `${stemOf(model)}.report.html`);
    terminal.writesTo?.(path.dirname(out));
    const runs = benchRuns(args.values.get('bench')?.[0]);
    const progress = startProgress(model, terminal.showProgress);
    try {
      const conversion = await convert(model, options, { onStage: progress.stage });
      const run = runs === 0 ? {} : { run: await measure(conversion, { runs, interpreter: args.values.has('interpreter') }, terminal) };
      const page = new TextEncoder().encode(
        await renderReport(reportData({ ...conversion, ...run, diagnostics: forShell(conversion.diagnostics) })),
      );
      progress.stop();
      const conflicts = replacedSources([{ model, targets: [path.resolve(out)], sources: conversion.files }]);
      const staged = conflicts.size > 0 ? [] : stageAtOnce(path.dirname(out), [{ name: path.basename(out), chunks: () => [page] }]);
      commit(staged);
      const diagnostics = conflicts.size > 0 ? [conflictOf(model, conflicts)] : conversion.diagnostics;
      printDiagnostics(diagnostics, terminal);
      for (const file of staged) terminal.log(`${visible(file.path)} ${terminal.paint('dim', formatBytes(file.size))}`);
      return conflicts.size > 0 ? 1 : 0;
    } catch (error) {
      progress.stop();
      const failure = runFailure(error, model);
      printDiagnostics(failure === undefined ? conversionErrors(error, { file: model }) : [failure], terminal);
      return 1;
    }
  },
};

/** Runs the net on random inputs. */
function measure(
  { artifact }: Conversion,
  { runs, interpreter }: { readonly runs: number; readonly interpreter: boolean },
  terminal: Terminal,
): Promise<ModelRun> {
  const wasm = interpreter ? undefined : readWasm();
  return runModel(artifact, {
    ...(wasm === undefined ? {} : { wasm }),
    runs,
    now: () => performance.now(),
    onRun: (done) => terminal.showProgress?.(`run ${done} of ${runs}`),
  });
}

/** A path is the folder for the page if it is a folder, ends with a separator, or has no extension, as in `convert`. */
function pageFile(out: string | undefined, name: string): string {
  if (out === undefined) return name;
  const isFolder = /[\\/]$/.test(out) || path.extname(out) === '' || statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? path.join(out, name) : out;
}

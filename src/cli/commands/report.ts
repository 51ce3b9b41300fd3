import { statSync } from 'node:fs';
import path from 'node:path';
import { convert, renderReport, reportData, stemOf } from '../../api.ts';
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
import type { Command } from './command.ts';
import { conflictOf, replacedSources } from './conflicts.ts';

export const reportCommand: Command = {
  options: {
    out: { short: 'o', value: 'PATH', help: 'the HTML file, or a folder for it; MODEL.report.html by default' },
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
    const progress = startProgress(model, terminal.showProgress);
    try {
      const conversion = await convert(model, options, { onStage: progress.stage });
      const page = new TextEncoder().encode(
        await renderReport(reportData({ ...conversion, diagnostics: forShell(conversion.diagnostics) })),
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
      printDiagnostics(conversionErrors(error, { file: model }), terminal);
      return 1;
    }
  },
};

/** A path is the folder for the page if it is a folder, ends with a separator, or has no extension, as in `convert`. */
function pageFile(out: string | undefined, name: string): string {
  if (out === undefined) return name;
  const isFolder = /[\\/]$/.test(out) || path.extname(out) === '' || statSync(out, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? path.join(out, name) : out;
}

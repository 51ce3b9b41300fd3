import { type VerifiedConversion, verify } from '../api.ts';
import { visible, visibleJson } from '../diagnostics/visible.ts';
import type { Command } from './command.ts';
import { conversionErrors } from './conversionErrors.ts';
import { startProgress } from './progress.ts';
import { conversionNotes, conversionOptions, readConversionOptions } from './request.ts';
import { renderForShell } from './shellHints.ts';
import type { Terminal } from './terminal.ts';
import { UsageError } from './usage.ts';
import { readVerificationOptions, renderVerification, verificationOptions } from './verification.ts';

export const verifyCommand: Command = {
  name: 'verify',
  usage: 'verify MODEL... [options]',
  summary: 'converts models, computes model and net on the same inputs and compares the outputs',
  options: { ...conversionOptions, ...verificationOptions, json: { help: 'print one JSON object a model, and nothing else' } },
  notes: [...conversionNotes, 'Exit code: 0, or 1 if an output differs or a model failed, or 2 for wrong usage.'],
  run: async (given, terminal) => {
    if (given.positionals.length === 0) throw new UsageError('no model is given');
    const conversion = readConversionOptions(given);
    let ok = true;
    for (const model of given.positionals) {
      const json = given.values.has('json');
      const progress = startProgress(model, json ? undefined : terminal.live);
      try {
        const options = { ...conversion, ...(await readVerificationOptions(given)) };
        const result = await verify(model, options, { onStage: progress.stage });
        progress.stop();
        if (!result.verification.ok) ok = false;
        (json ? printJson : printText)(model, result, terminal);
      } catch (error) {
        progress.stop();
        if (error instanceof UsageError) throw error;
        ok = false;
        const diagnostics = conversionErrors(model, error);
        if (json) terminal.print(visibleJson({ model, ok: false, diagnostics }));
        else for (const line of renderForShell(diagnostics, terminal.paint)) terminal.tell(line);
      }
    }
    return ok ? 0 : 1;
  },
};

function printJson(model: string, { verification, diagnostics }: VerifiedConversion, terminal: Terminal): void {
  terminal.print(visibleJson({ model, ok: verification.ok, verification, diagnostics }));
}

function printText(model: string, { verification, diagnostics }: VerifiedConversion, terminal: Terminal): void {
  for (const line of renderForShell(diagnostics, terminal.paint)) terminal.tell(line);
  terminal.print(terminal.paint('bold', visible(model)));
  for (const line of renderVerification(verification, terminal.paint)) terminal.print(line);
}

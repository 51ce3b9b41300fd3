import { type VerifiedConversion, verify } from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { visible } from '../../diagnostics/visible.ts';
import { conversionNotes, conversionOptions, readConversionOptions } from '../arguments/conversionOptions.ts';
import { joinModels } from '../arguments/models.ts';
import { UsageError } from '../arguments/usage.ts';
import { parseVerificationOptions, readVerificationInputs, verificationOptions } from '../arguments/verificationOptions.ts';
import { printDiagnostics, printJson } from '../output/diagnostics.ts';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';
import { renderVerification } from '../output/verificationTable.ts';
import type { Command } from './command.ts';

export const verifyCommand: Command = {
  options: { ...conversionOptions, ...verificationOptions, json: { help: 'print only one JSON object for each model' } },
  notes: [...conversionNotes, 'Exit code: 0, or 1 if an output differs or a model failed, or 2 for wrong usage.'],
  run: async (args, terminal) => {
    if (args.positionals.length === 0) throw new UsageError('expected a model');
    const conversion = readConversionOptions(args);
    const check = parseVerificationOptions(args);
    let ok = true;
    for (const model of joinModels(args.positionals)) {
      const json = args.values.has('json');
      const progress = startProgress(model, json ? undefined : terminal.showProgress);
      try {
        const options = { ...conversion, ...(await readVerificationInputs(check)) };
        const result = await verify(model, options, { onStage: progress.stage });
        progress.stop();
        if (!result.verification.ok) ok = false;
        (json ? printResult : printText)(model, result, terminal);
      } catch (error) {
        progress.stop();
        ok = false;
        const diagnostics = conversionErrors(error, { file: model });
        if (json) printJson({ model, ok: false, diagnostics }, terminal);
        else printDiagnostics(diagnostics, terminal);
      }
    }
    return ok ? 0 : 1;
  },
};

function printResult(model: string, { verification, diagnostics }: VerifiedConversion, terminal: Terminal): void {
  printJson({ model, ok: verification.ok, verification, diagnostics }, terminal);
}

function printText(model: string, { verification, diagnostics }: VerifiedConversion, terminal: Terminal): void {
  printDiagnostics(diagnostics, terminal);
  terminal.print(terminal.paint('bold', visible(model)));
  for (const line of renderVerification(verification, terminal.paint)) terminal.print(line);
}

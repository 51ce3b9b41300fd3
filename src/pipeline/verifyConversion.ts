import { type Diagnostic, diagnostic, inFile } from '../diagnostics/diagnostic.ts';
import { readWrittenModel } from '../net/format/writtenModel.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { type Verification, type VerifyOptions, verificationDiagnostics, verifyNet } from '../verify/verify.ts';
import type { SourceConversion } from './convertSource.ts';
import { failureIn } from './failure.ts';

export interface CheckedConversion {
  readonly verification: Verification;
  /** The diagnostics of the conversion, and an error for each output that differs. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a result back and computes it and its reference on the same inputs. Throws `NcnnError` if one of the two cannot be computed. */
export async function verifyConversion(
  file: string,
  { artifact, diagnostics, reference, bytesRead }: Pick<SourceConversion, 'artifact' | 'diagnostics' | 'reference' | 'bytesRead'>,
  options: ConvertOptions & VerifyOptions,
): Promise<CheckedConversion> {
  try {
    const written = readWrittenModel(artifact);
    const verification = await verifyNet(reference, written, options, options.precision, bytesRead);
    const found = [...verificationDiagnostics(verification), ...(isImported(artifact.format, reference) ? [comparedWithItself] : [])];
    return { verification, diagnostics: [...diagnostics, ...inFile(file, found)] };
  } catch (error) {
    throw failureIn(file, diagnostics, error);
  }
}

/** Whether the reference is a net that an importer of another format produced, and not the model itself. */
function isImported(format: string, { kind }: SourceConversion['reference']): boolean {
  return kind === 'model' && format !== 'ncnn';
}

const comparedWithItself = diagnostic(
  'reference-imported',
  'the net was compared with itself before optimization; the import is not verified',
  'Compare the results with those of the original framework too.',
);

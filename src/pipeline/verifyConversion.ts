import { type Diagnostic, inFile } from '../diagnostics/diagnostic.ts';
import { readWrittenModel } from '../net/format/writtenModel.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { type Verification, type VerifyOptions, verificationDiagnostics, verifyNet } from '../verify/verify.ts';
import type { SourceConversion } from './convertSource.ts';
import { failureIn } from './failure.ts';

export interface CheckedConversion {
  readonly verification: Verification;
  /** Those of the conversion, and an error for each output that differs. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a result back and computes it beside its reference, on the same inputs. Throws `NcnnError` where one of the two cannot be computed. */
export async function verifyConversion(
  file: string,
  { artifact, diagnostics, reference }: Pick<SourceConversion, 'artifact' | 'diagnostics' | 'reference'>,
  options: ConvertOptions & VerifyOptions,
): Promise<CheckedConversion> {
  try {
    const written = readWrittenModel(artifact);
    const verification = await verifyNet(reference, written, options, options.precision);
    return { verification, diagnostics: [...diagnostics, ...inFile(file, verificationDiagnostics(verification))] };
  } catch (error) {
    throw failureIn(file, diagnostics, error);
  }
}

import {
  type Artifact,
  type CalibrationOptions,
  type Conversion,
  type ConvertOptions,
  convert,
  emitFiles,
  type Verification,
  verify,
} from '../../api.ts';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type StagedFile, stage } from '../../files/staging.ts';
import { readCalibrationOptions } from '../arguments/calibrationOptions.ts';
import { readConversionOptions } from '../arguments/conversionOptions.ts';
import { readForms } from '../arguments/emitOption.ts';
import { joinModels } from '../arguments/models.ts';
import { type ParsedArguments, UsageError } from '../arguments/usage.ts';
import {
  parseVerificationOptions,
  readVerificationInputs,
  usedVerificationOptions,
  type VerificationRequest,
} from '../arguments/verificationOptions.ts';
import { startProgress } from '../output/progress.ts';
import type { Terminal } from '../output/terminal.ts';

export interface ConvertCommandRequest {
  readonly models: readonly string[];
  readonly directory: string;
  readonly chosen: readonly string[];
  readonly options: ConvertOptions & CalibrationOptions;
  /** How the result is verified; absent without verification. */
  readonly check?: VerificationRequest;
  readonly json: boolean;
  readonly verbose: boolean;
}

/** The outcome of one model, as plain data. */
export interface Outcome {
  readonly model: string;
  readonly ok: boolean;
  readonly staged: readonly StagedFile[];
  readonly diagnostics: readonly Diagnostic[];
  readonly artifact?: Pick<Artifact, 'passes' | 'saved' | 'lostBlobs'>;
  /** Absolute paths of the files read. */
  readonly sources: readonly string[];
  readonly verification?: Verification;
}

/** Parses the arguments. Throws {@link UsageError}. */
export async function readConvertRequest(args: ParsedArguments): Promise<ConvertCommandRequest> {
  const request = readRequest(args);
  return { ...request, options: { ...request.options, ...(await readCalibrationOptions(args)) } };
}

function readRequest(args: ParsedArguments): ConvertCommandRequest {
  const { positionals, values } = args;
  const [directory] = values.get('out-dir') ?? [];
  if (positionals.length === 0) throw new UsageError('expected a model');
  if (directory === undefined) throw new UsageError('expected -o DIR, the folder for the files');
  const chosen = readForms(values);
  const isOwn = (name: string): boolean => values.has('calibrate') && ['mean', 'norm'].includes(name);
  const stray = values.has('verify') ? undefined : usedVerificationOptions(args).find((name) => !isOwn(name));
  if (stray !== undefined) throw new UsageError(`--${stray} needs --verify`);
  const check = values.has('verify') ? { check: parseVerificationOptions(args) } : {};
  return {
    models: joinModels(positionals),
    directory,
    chosen,
    options: readConversionOptions(args),
    ...check,
    json: values.has('json'),
    verbose: values.has('verbose'),
  };
}

/** Converts a model and writes its files under temporary names. Errors are in the outcome. */
export async function convertModel(
  model: string,
  { directory, chosen, options, check, json }: ConvertCommandRequest,
  terminal: Terminal,
): Promise<Outcome> {
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
    const { passes, saved, lostBlobs } = artifact;
    return { model, ok: true, artifact: { passes, saved, lostBlobs }, staged, diagnostics, sources: files, ...checked };
  } catch (error) {
    return failedWith(model, conversionErrors(error, { file: model }));
  } finally {
    progress.stop();
  }
}

export function failedWith(model: string, diagnostics: readonly Diagnostic[]): Outcome {
  return { model, ok: false, staged: [], diagnostics, sources: [] };
}

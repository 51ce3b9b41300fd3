import type { ConvertibleImport } from '../importers/importer.ts';
import { type EncodedModel, encode } from '../net/encode.ts';
import type { HalfGuard } from '../net/half/guard.ts';
import type { Model } from '../net/model.ts';
import { masksSince } from '../net/version.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { requestNcnnVersion } from '../options/request/ncnnVersion.ts';
import type { GuardedModel } from './guardModel.ts';
import type { Conditions } from './modelOfImport.ts';
import { type OptimizedModel, optimizeModel } from './optimizeModel.ts';

export interface EncodedOptimized {
  readonly optimized: OptimizedModel;
  readonly written: EncodedModel;
  readonly guard?: HalfGuard;
}

/** The last stages of a conversion: optimizes a model, writes it and checks what was written. Throws `NcnnError`. */
export async function encodeOptimized(
  model: Model,
  { onStage, options, budget, diagnostics }: Conditions,
  keepDefaults: boolean,
): Promise<EncodedOptimized> {
  await onStage?.('optimize');
  const optimized = optimizeModel(model, options);
  for (const entry of optimized.diagnostics) diagnostics.push(entry);
  const guarded = await guard(optimized.model, options);
  for (const entry of guarded.diagnostics) diagnostics.push(entry);
  await onStage?.('check');
  const release = requestNcnnVersion(options.ncnnVersion);
  const written = encode(guarded.model, { keepDefaults, masks: release === undefined || release >= masksSince });
  for (const entry of written.diagnostics) diagnostics.push(entry);
  budget.spend('bytes', written.binLength + written.param.length);
  return { optimized, written, ...(guarded.guard === undefined ? {} : { guard: guarded.guard }) };
}

/** The model after the fp16 guard, which is loaded only if there are calibration inputs. */
async function guard(model: Model, options: Conditions['options']): Promise<GuardedModel> {
  if (options.fp16 === false || (options.calibration ?? []).length === 0) return { model, diagnostics: [] };
  const { guardModel } = await import('./guardModel.ts');
  return guardModel(model, options);
}

/** Whether a net is written with all parameters of its source, including those with default values. */
export function keepsDefaults(imported: ConvertibleImport, { optimize }: ConvertOptions): boolean {
  return imported.kind === 'model' && imported.isNet === true && optimize === false;
}

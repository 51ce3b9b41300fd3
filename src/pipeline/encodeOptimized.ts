import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { ConvertibleImport } from '../importers/importer.ts';
import { type EncodedModel, encode } from '../net/encode.ts';
import type { HalfGuard } from '../net/half/guard.ts';
import { halfModeOf } from '../net/half/masks.ts';
import { halfRisks } from '../net/half/risks.ts';
import type { Model } from '../net/model.ts';
import { typeName } from '../net/net.ts';
import { withHalfWeights } from '../net/precision.ts';
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
  const guarded = await guard(optimized.model, options);
  const stored = storeWeights(guarded, options);
  for (const entry of [...guarded.diagnostics, ...stored.diagnostics]) diagnostics.push(entry);
  await onStage?.('check');
  const release = requestNcnnVersion(options.ncnnVersion);
  const written = encode(stored.model, { keepDefaults, masks: release === undefined || release >= masksSince });
  for (const entry of written.diagnostics) diagnostics.push(entry);
  budget.spend('bytes', written.binLength + written.param.length);
  return { optimized, written, ...(guarded.guard === undefined ? {} : { guard: guarded.guard }) };
}

/**
 * The model with its weights in the requested precision. Throws `NcnnError` for unknown names. Weights of layers that are masked to stay in
 * fp32, and of those that the guard leaves out, are stored as fp32.
 */
function storeWeights({ model, fp32Weights = [] }: GuardedModel, { precision, fp32Layers = [] }: Conditions['options']): StoredModel {
  if (precision !== 'fp16') return { model, diagnostics: [] };
  const masked = model.net.layers.filter((layer) => halfModeOf(layer) === 'none').map(({ name }) => name);
  const { net, diagnostics } = withHalfWeights(model.net, [...fp32Layers, ...fp32Weights, ...masked]);
  return { model: { ...model, net }, diagnostics };
}

interface StoredModel {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/** The model after the fp16 guard, which is loaded only if there are calibration inputs; without any, risks of the net are reported. */
async function guard(model: Model, options: Conditions['options']): Promise<GuardedModel> {
  if (options.fp16 === false && options.precision !== 'fp16') return { model, diagnostics: [] };
  if ((options.calibration ?? []).length === 0) {
    if (options.fp16 === false) return { model, diagnostics: [] };
    // Pages and PCs compute in fp32.
    const isForPhones = options.target === undefined || options.target === 'any' || options.target === 'arm';
    return { model, diagnostics: isForPhones ? diagnosticsOfRisks(model) : [] };
  }
  const { guardModel } = await import('./guardModel.ts');
  return guardModel(model, options);
}

/** Whether a net is written with all parameters of its source, including those with default values. */
export function keepsDefaults(imported: ConvertibleImport, { optimize }: ConvertOptions): boolean {
  return imported.kind === 'model' && imported.isNet === true && optimize === false;
}

/** One diagnostic for the first layer at risk. */
function diagnosticsOfRisks({ net }: Model): readonly Diagnostic[] {
  const [first, ...others] = halfRisks(net);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : `, and ${others.length} more at risk`;
  const message = `the layer ${first.reason}, which may exceed the range of fp16 on phones (65504)${more}`;
  const hint = 'Calibrate with typical inputs, so that layers that break stay in fp32.';
  return [diagnostic('fp16-risk', message, hint, { node: first.layer.name, operator: typeName(first.layer) })];
}

import { Budget } from '../budget/budget.ts';
import { type Diagnostic, inFile, NcnnError } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../emit/artifact.ts';
import type { ConvertibleImport } from '../importers/importer.ts';
import type { ModelSource } from '../importers/source.ts';
import { type Joint, mergeModels } from '../net/mergeModels.ts';
import type { Model } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { contentHash } from './contentHash.ts';
import type { PipelineHooks } from './convertSource.ts';
import { encodeOptimized, keepsDefaults } from './encodeOptimized.ts';
import { failureIn } from './failure.ts';
import { importModel } from './importModel.ts';
import { lostBlobs } from './lostBlobs.ts';
import { type Conditions, modelOfImport } from './modelOfImport.ts';
import { stemOfModel } from './stem.ts';

/** Options that mean the same for both models. */
export type MergeOptions = Pick<
  ConvertOptions,
  'precision' | 'fp32Layers' | 'optimize' | 'ncnnVersion' | 'customLayers' | 'allowOutside'
> & {
  /** Which output of the first model is which input of the second; by default those with the same name, or all in order. */
  readonly joints?: readonly Joint[];
  /** The stem of the files; default `<first>_<second>`. */
  readonly name?: string;
};

export interface MergedSources {
  readonly artifact: Artifact;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Converts two models to one net: outputs of the first are the inputs of the second. Names of the second model that the first also has get
 * the second's stem as a prefix. Throws `NcnnError` with all errors.
 */
export async function mergeSources(
  [first, second]: readonly [ModelSource, ModelSource],
  { joints = [], name, ...options }: MergeOptions,
  { onStage, hash }: PipelineHooks = {},
): Promise<MergedSources> {
  const diagnostics: Diagnostic[] = [];
  const budget = new Budget();
  const front = await open(first, { options, budget, onStage, diagnostics });
  const back = await open(second, { options, budget, onStage, diagnostics });
  try {
    const merged = mergeModels(front.model, back.model, stemOfModel(second.name), joints);
    const keepDefaults = [front, back].every(({ imported }) => keepsDefaults(imported, options));
    const own: Diagnostic[] = [];
    const { optimized, written } = await encodeOptimized(merged, { onStage, options, budget, diagnostics: own }, keepDefaults);
    const { passes, saved } = optimized;
    const lost = [front, back].flatMap(({ imported }) => lostBlobs(imported, written.model.net));
    const stem = name ?? `${stemOfModel(first.name)}_${stemOfModel(second.name)}`;
    const format = front.format === back.format ? front.format : `${front.format}+${back.format}`;
    const artifact = { ...written, hash: contentHash(written, hash), stem, format, passes, saved, lostBlobs: [...new Set(lost)] };
    return { artifact, diagnostics: [...diagnostics, ...own] };
  } catch (error) {
    throw failureIn(second.file, diagnostics, error);
  }
}

interface OpenedSource {
  readonly format: string;
  readonly imported: ConvertibleImport;
  readonly model: Model;
}

async function open(source: ModelSource, { diagnostics, ...shared }: Conditions): Promise<OpenedSource> {
  const own: Diagnostic[] = [];
  try {
    await shared.onStage?.('read');
    const { format, imported } = await importModel(source, shared.options, shared.budget);
    if (imported.kind === 'weights') throw new NcnnError([imported.refusal]);
    for (const entry of imported.diagnostics) own.push(entry);
    const { model } = await modelOfImport(imported, { ...shared, diagnostics: own });
    for (const entry of inFile(source.file, own)) diagnostics.push(entry);
    return { format, imported, model };
  } catch (error) {
    throw failureIn(source.file, own, error);
  }
}

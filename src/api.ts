import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Diagnostic, NcnnError } from './diagnostics.ts';
import type { Artifact } from './emit/artifact.ts';
import { namedFiles, openModelFile } from './files/modelFile.ts';
import { type Batched, carryBatch } from './graph/batch.ts';
import type { Graph } from './graph/graph.ts';
import { withPaths } from './graph/paths.ts';
import { pin } from './graph/pin.ts';
import { rewrite } from './graph/rewrites/index.ts';
import { chooseImporter } from './importers/index.ts';
import { lower } from './lower/lower.ts';
import { encode } from './net/encode.ts';
import type { Binding, Model } from './net/model.ts';
import { optimize, passes } from './net/passes/index.ts';
import { withHalfWeights } from './net/precision.ts';
import type { ConvertOptions } from './options.ts';

export { catalogue, type Diagnostic, type DiagnosticCode, NcnnError, type Place, type Severity } from './diagnostics.ts';
export type { Artifact, EmittedFile } from './emit/artifact.ts';
export { emitFiles, emitters } from './emit/index.ts';
export { type Inspection, inspect } from './inspect.ts';
export type { Binding, Model } from './net/model.ts';
export type { ConvertOptions } from './options.ts';

/** Names of the optimiser passes, in the order in which they run. */
export const passNames: readonly string[] = passes.map((pass) => pass.name);

/** A converted model. */
export interface Conversion {
  /** The net and its bytes, ready for `emitFiles`. */
  readonly artifact: Artifact;
  /** Warnings and infos; errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first: what to watch. */
  readonly files: readonly string[];
}

/** The stages of a conversion, in order, as a progress line names them. */
export type Stage = 'read' | 'fold' | 'lower' | 'optimise' | 'check';

export interface ConvertHooks {
  /** Called when a stage begins. May return a promise, so that a terminal gets to draw. */
  readonly onStage?: (stage: Stage) => void | Promise<void>;
}

/**
 * Converts a model file to ncnn: imports it, folds, lowers and optimises it, and checks what would be written.
 * Nothing is written here; `emitFiles` makes files of the result.
 *
 * Throws {@link NcnnError} with every blocker that was found.
 */
export async function convert(file: string, options: ConvertOptions = {}, hooks: ConvertHooks = {}): Promise<Conversion> {
  const told: Diagnostic[] = [];
  try {
    await hooks.onStage?.('read');
    const { source, filesRead } = openModelFile(file, options.allowOutside);
    const importer = chooseImporter(source);
    const imported = importer.read(source, options);
    told.push(...imported.diagnostics);

    const model = imported.kind === 'model' ? imported.model : await lowerGraph(imported.graph, options, hooks, told);
    await hooks.onStage?.('optimise');
    const optimised = optimize(model.net, options.optimize ?? true);
    const stored = options.precision === 'fp16' ? withHalfWeights(optimised.net, options.fp32Layers) : { ...optimised, diagnostics: [] };
    told.push(...stored.diagnostics);
    await hooks.onStage?.('check');
    const encoded = encode(
      { ...model, net: stored.net },
      {
        keepDefaults: imported.kind === 'model' && imported.isNet === true && options.optimize === false,
      },
    );
    told.push(...encoded.diagnostics);
    const artifact: Artifact = {
      ...encoded,
      hash: contentHash(encoded),
      stem: stemOf(file),
      format: importer.format,
      passes: optimised.passes,
    };
    return { artifact, diagnostics: told.map((entry) => inFile(entry, file)), files: filesRead() };
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    throw new NcnnError([...told, ...error.diagnostics].map((entry) => inFile(entry, file)));
  }
}

async function lowerGraph(source: Graph, options: ConvertOptions, hooks: ConvertHooks, told: Diagnostic[]): Promise<Model> {
  await hooks.onStage?.('fold');
  const pinned = pin(source, options);
  collect(told, pinned.diagnostics);
  const batched = carryBatch(pinned.graph);
  collect(told, batched.diagnostics);
  const folded = rewrite(batched.graph);

  await hooks.onStage?.('lower');
  const lowered = lower(folded.graph);
  // A node that could not be inferred is gone from the folded graph.
  collect(told, [...withPaths(folded.diagnostics, batched.graph), ...withPaths(lowered.diagnostics, folded.graph)]);
  if (!lowered.ok) throw new NcnnError([]);
  return withBatch(lowered.model, batched);
}

function contentHash({ paramBin, bin }: Pick<Artifact, 'paramBin' | 'bin'>): () => string {
  let found: string | undefined;
  const compute = (): string => {
    const hash = createHash('sha256').update(paramBin);
    for (const chunk of bin()) hash.update(chunk);
    return hash.digest('hex').slice(0, 16);
  };
  return () => {
    found ??= compute();
    return found;
  };
}

/** Notes diagnostics down; throws when errors are among them, so that the stages behind need not guess. */
function collect(told: Diagnostic[], found: readonly Diagnostic[]): void {
  told.push(...found);
  if (found.some((entry) => entry.severity === 'error')) throw new NcnnError([]);
}

/** Bindings as the source declares them: the batch axis that was taken away is back in their shapes. */
function withBatch(model: Model, { batch }: Batched): Model {
  if (batch === undefined) return model;
  const restore = (binding: Binding): Binding => {
    if (!batch.names.has(binding.name)) return binding;
    const shape = [batch.size, ...binding.shape.slice(1)];
    return typeof batch.size === 'number' ? { ...binding, shape, batch: batch.size } : { ...binding, shape };
  };
  return { ...model, inputs: model.inputs.map(restore), outputs: model.outputs.map(restore) };
}

function inFile(entry: Diagnostic, file: string): Diagnostic {
  return entry.place.file === undefined ? { ...entry, place: { ...entry.place, file } } : entry;
}

/** File name of a model without its extension, as the files written are named; of files joined with a plus, that of the first. */
export function stemOf(file: string): string {
  const [first = file] = namedFiles(file);
  const name = path.basename(first);
  const binary = /\.param\.bin$/i.exec(name);
  if (binary !== null) return name.slice(0, binary.index);
  return path.basename(first, path.extname(first));
}

import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Diagnostic, NcnnError, ncnnError } from './diagnostics/diagnostic.ts';
import type { Artifact } from './emit/artifact.ts';
import { namedFiles, openModelFile } from './files/modelFile.ts';
import type { Graph } from './graph/ir/graph.ts';
import { withShapes } from './graph/ir/shapeAdvice.ts';
import { rewrite } from './graph/rewrites/index.ts';
import { type Batched, carryBatch } from './graph/stages/batch.ts';
import { withPaths } from './graph/stages/paths.ts';
import { pin } from './graph/stages/pin.ts';
import type { Imported } from './importers/importer.ts';
import { chooseImporter } from './importers/index.ts';
import { lastConvertible, withCut } from './lower/cut.ts';
import { lower } from './lower/lower.ts';
import { encode } from './net/encode.ts';
import type { Binding, Model } from './net/model.ts';
import { optimize } from './net/passes/index.ts';
import { withHalfWeights } from './net/precision.ts';
import type { ConvertOptions } from './options/convertOptions.ts';
import type { Stage } from './pipeline/stages.ts';
import type { ConversionTrace } from './report/index.ts';
import { rereadModel } from './verify/reread.ts';
import { type Reference, type Verification, type VerifyOptions, verificationDiagnostics, verifyNet } from './verify/verify.ts';

export { catalogue, type Diagnostic, type DiagnosticCode, NcnnError, type Place, type Severity } from './diagnostics/diagnostic.ts';
export type { Artifact, EmittedFile } from './emit/artifact.ts';
export { emitFiles, emitters } from './emit/index.ts';
export type { Binding, Model } from './net/model.ts';
export { passNames } from './net/passes/index.ts';
export type { ConvertOptions, VerifySettings } from './options/convertOptions.ts';
export { type Inspection, inspect } from './pipeline/inspect.ts';
export type { Stage } from './pipeline/stages.ts';
export { type ReportData, renderReport, reportData } from './report/index.ts';
export { decodePicture, pictureEndings } from './verify/decodePicture.ts';
export type { GivenInput } from './verify/feeds.ts';
export type { Picture, PixelScale } from './verify/image.ts';
export { readNpy } from './verify/npy.ts';
export type { Difference, OutputComparison, Verification, VerifyOptions } from './verify/verify.ts';

/** A converted model. */
export interface Conversion {
  /** The net and its bytes, ready for `emitFiles`. */
  readonly artifact: Artifact;
  /** Warnings and infos; errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first: what to watch. */
  readonly files: readonly string[];
  /** How the net came about, for the report. */
  readonly trace: ConversionTrace;
}

export interface ConvertHooks {
  /** Called when a stage begins. May return a promise, so that a terminal gets to draw. */
  readonly onStage?: (stage: Stage) => void | Promise<void>;
}

/**
 * Converts a model file to ncnn: imports it, folds, lowers and optimizes it, and checks what would be written.
 * Nothing is written here; `emitFiles` makes files of the result.
 *
 * Throws {@link NcnnError} with every blocker that was found.
 */
export async function convert(file: string, options: ConvertOptions = {}, hooks: ConvertHooks = {}): Promise<Conversion> {
  return (await convertWithReference(file, options, hooks)).conversion;
}

/** A conversion that was checked. */
export interface VerifiedConversion extends Conversion {
  readonly verification: Verification;
}

/**
 * Converts a model file as {@link convert} does, reads the result back, and computes both the model and the net on the same inputs, random
 * ones unless they are given. For a source that is a net itself, the net as imported is computed beside the net as written.
 *
 * Outputs that differ are told by `verification` and among the diagnostics. Throws {@link NcnnError} where the model does not convert, or
 * cannot be computed.
 */
export async function verify(
  file: string,
  options: ConvertOptions & VerifyOptions = {},
  hooks: ConvertHooks = {},
): Promise<VerifiedConversion> {
  const { conversion, reference } = await convertWithReference(file, options, hooks);
  await hooks.onStage?.('verify');
  try {
    const written = rereadModel(conversion.artifact, options.customLayers);
    const against = options.against === undefined ? reference : await withOnnxRuntime(reference, file, conversion, options);
    const verification = await verifyNet(against, written, options, options.precision);
    const found = verificationDiagnostics(verification).map((entry) => inFile(entry, file));
    return { ...conversion, diagnostics: [...conversion.diagnostics, ...found], verification };
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    throw new NcnnError([...conversion.diagnostics, ...error.diagnostics.map((entry) => inFile(entry, file))]);
  }
}

/** The reference computed by onnxruntime. Throws `NcnnError` for a model that is none of ONNX, or without an onnxruntime. */
async function withOnnxRuntime(
  reference: Reference,
  file: string,
  { artifact, files: [model = file, ...sides] }: Conversion,
  { allowOutside }: ConvertOptions,
): Promise<Reference> {
  if (reference.kind !== 'graph' || artifact.format !== 'onnx') {
    throw ncnnError(
      'option-invalid',
      'only an ONNX model can be verified against onnxruntime',
      'Leave `against` (`--against`) out: the model is compared with what we compute of it.',
    );
  }
  const { openOnnxRuntime } = await import('./onnxruntime/onnxruntime.ts');
  const { source } = openModelFile(file, allowOutside);
  const sideFiles = new Map(sides.map((side) => path.relative(path.dirname(model), side)).map((name) => [name, source.side(name)]));
  return { ...reference, compute: await openOnnxRuntime({ file, bytes: source.bytes, sideFiles }) };
}

interface Referenced {
  readonly conversion: Conversion;
  readonly reference: Reference;
}

async function convertWithReference(file: string, options: ConvertOptions, hooks: ConvertHooks): Promise<Referenced> {
  const told: Diagnostic[] = [];
  try {
    await hooks.onStage?.('read');
    const { source, filesRead } = openModelFile(file, options.allowOutside);
    const importer = chooseImporter(source);
    const imported = importer.read(source, options);
    told.push(...imported.diagnostics);

    const { model, reference } =
      imported.kind === 'model'
        ? { model: imported.model, reference: { kind: 'model', model: imported.model } as const }
        : await lowerGraph(imported.graph, options, hooks, told);
    await hooks.onStage?.('optimize');
    const optimized = optimize(model.net, options.optimize ?? true);
    const stored = options.precision === 'fp16' ? withHalfWeights(optimized.net, options.fp32Layers) : { ...optimized, diagnostics: [] };
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
      passes: optimized.passes,
      saved: optimized.saved,
    };
    const trace: ConversionTrace = { ...traceOf(imported), before: model.net, history: optimized.history };
    return { conversion: { artifact, diagnostics: told.map((entry) => inFile(entry, file)), files: filesRead(), trace }, reference };
  } catch (error) {
    if (!(error instanceof NcnnError)) throw error;
    throw new NcnnError([...told, ...error.diagnostics].map((entry) => inFile(entry, file)));
  }
}

function traceOf(imported: Imported): Pick<ConversionTrace, 'about' | 'nodes' | 'operators'> {
  const nodes = imported.kind === 'graph' ? imported.graph.nodes : [];
  const operators = new Map<string, number>();
  for (const { operator } of nodes) operators.set(operator, (operators.get(operator) ?? 0) + 1);
  return { about: imported.about ?? '', nodes: new Map(nodes.map(({ name, operator }) => [name, operator])), operators };
}

async function lowerGraph(
  source: Graph,
  options: ConvertOptions,
  hooks: ConvertHooks,
  told: Diagnostic[],
): Promise<{ readonly model: Model; readonly reference: Reference }> {
  await hooks.onStage?.('fold');
  const pinned = pin(source, options);
  collect(told, pinned.diagnostics);
  const batched = carryBatch(pinned.graph);
  collect(told, batched.diagnostics);
  const folded = rewrite(batched.graph);

  await hooks.onStage?.('lower');
  const lowered = lower(folded.graph);
  // A node that could not be inferred is gone from the folded graph.
  const broken = folded.diagnostics.some(({ severity }) => severity === 'error');
  // That an output is missing follows from the node that failed.
  const blockers = lowered.diagnostics.filter(({ code }) => !broken || code !== 'graph-empty');
  const found = [...withPaths(folded.diagnostics, batched.graph), ...withPaths(blockers, folded.graph)];
  const advised = lowered.ok ? found : withCut(found, lastConvertible(pinned.graph, lowered.computed));
  collect(told, withShapes(advised, pinned.graph));
  if (!lowered.ok) throw new NcnnError([]);
  return { model: withBatch(lowered.model, batched), reference: { kind: 'graph', graph: pinned.graph } };
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

/**
 * File name of a model without its extension, as the files written are named; of files joined with a plus, that of the first. MXNet's
 * `-symbol` and the epoch are no part of it.
 */
export function stemOf(file: string): string {
  const [first = file] = namedFiles(file);
  const name = path.basename(first);
  const binary = /\.param\.bin$/i.exec(name);
  if (binary !== null) return name.slice(0, binary.index);
  const checkpoint = /(?:-symbol\.json|(?:-\d{4,})?\.params)$/i.exec(name);
  if (checkpoint !== null && checkpoint.index > 0) return name.slice(0, checkpoint.index);
  return path.basename(first, path.extname(first));
}

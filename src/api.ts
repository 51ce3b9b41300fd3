import path from 'node:path';
import { type Diagnostic, ncnnError } from './diagnostics/diagnostic.ts';
import type { Artifact } from './emit/artifact.ts';
import { namedFiles, type OpenedModel, openModelFile } from './files/modelFile.ts';
import { newSha256 } from './files/sha256.ts';
import { checkConvertOptions, checkVerifyOptions } from './options/convertEntries.ts';
import type { ConvertOptions } from './options/convertOptions.ts';
import { convertSource, type SourceConversion } from './pipeline/convertSource.ts';
import type { CalibrationOptions } from './pipeline/guardModel.ts';
import { type Inspection, inspectSource } from './pipeline/inspectSource.ts';
import { type MergeOptions, mergeSources } from './pipeline/mergeSources.ts';
import type { Stage } from './pipeline/stages.ts';
import { stemOfModel } from './pipeline/stem.ts';
import type { ConversionTrace } from './report/index.ts';
import type { Reference, Verification, VerifyOptions } from './verify/verify.ts';

export { catalogue, type DiagnosticCode, type Severity } from './diagnostics/catalogue/index.ts';
export { type Diagnostic, NcnnError, type Place } from './diagnostics/diagnostic.ts';
export type { Artifact, EmittedFile } from './emit/artifact.ts';
export { emitFiles, emitters } from './emit/index.ts';
export { type LayerTime, medianOf } from './execution/layerTimes.ts';
export { writeNpy } from './execution/npy.ts';
export { type ModelRun, type RunOptions, type RunOutput, runModel } from './execution/runModel.ts';
export type { Binding, Model } from './net/model.ts';
export { passNames } from './net/passes/index.ts';
export type { ConvertOptions, VerifySettings } from './options/convertOptions.ts';
export type { CalibrationOptions } from './pipeline/guardModel.ts';
export type { Inspection } from './pipeline/inspectSource.ts';
export type { MergeOptions } from './pipeline/mergeSources.ts';
export type { Stage } from './pipeline/stages.ts';
export { type ReportData, renderReport, reportData } from './report/index.ts';
export { decodePicture, pictureEndings } from './verify/decodePicture.ts';
export type { VerifyInput } from './verify/feeds.ts';
export type { Picture, PixelScale } from './verify/image.ts';
export { readNpy } from './verify/npy.ts';
export type { Difference, OutputComparison, Verification, VerifyOptions } from './verify/verify.ts';

/** A converted model. */
export interface Conversion {
  /** The net and its bytes, ready for `emitFiles`. */
  readonly artifact: Artifact;
  /** Warnings and infos; errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first: the files to watch. */
  readonly files: readonly string[];
  /** The history of the net, for the report. */
  readonly trace: ConversionTrace;
}

export interface ConvertHooks {
  /** Called when a stage starts. May return a promise, so that a terminal can update. */
  readonly onStage?: (stage: Stage) => void | Promise<void>;
}

/**
 * Converts a model file to ncnn: imports it, folds, lowers and optimizes it, and checks the result. It writes no files; `emitFiles` creates
 * their contents from the result.
 *
 * Throws {@link NcnnError} with all errors.
 */
export async function convert(
  file: string,
  options: ConvertOptions & CalibrationOptions = {},
  hooks: ConvertHooks = {},
): Promise<Conversion> {
  checkConvertOptions(options);
  const { source, filesRead } = openModelFile(file, options.allowOutside);
  const { artifact, diagnostics, trace } = await convertSource(source, options, { ...hooks, hash });
  return { artifact, diagnostics, files: filesRead(), trace };
}

/**
 * Converts two model files to one net: outputs of the first are the inputs of the second. Names of the second model that the first also has
 * get the second's stem as a prefix. Throws {@link NcnnError} if one does not convert, or if joined tensors differ in shape.
 */
export async function merge(
  first: string,
  second: string,
  options: MergeOptions = {},
  hooks: ConvertHooks = {},
): Promise<Omit<Conversion, 'trace'>> {
  const { joints: _, name: __, ...shared } = options;
  checkConvertOptions(shared);
  const opened = [openModelFile(first, options.allowOutside), openModelFile(second, options.allowOutside)] as const;
  const merged = await mergeSources([opened[0].source, opened[1].source], options, { ...hooks, hash });
  return { ...merged, files: opened.flatMap(({ filesRead }) => filesRead()) };
}

/** A conversion with its verification. */
export interface VerifiedConversion extends Conversion {
  readonly verification: Verification;
}

/**
 * Converts a model file like {@link convert}, reads the result back, and computes both the model and the net on the same inputs, which are
 * random by default. For a source that is a net itself, the imported net is compared with the written one.
 *
 * `verification` and the diagnostics report outputs that differ. Throws {@link NcnnError} if the model does not convert or cannot be
 * computed.
 */
export async function verify(
  file: string,
  options: ConvertOptions & CalibrationOptions & VerifyOptions = {},
  hooks: ConvertHooks = {},
): Promise<VerifiedConversion> {
  checkVerifyOptions(options);
  const opened = openModelFile(file, options.allowOutside);
  const conversion = await convertSource(opened.source, options, { ...hooks, hash });
  await hooks.onStage?.('verify');
  const reference = options.against === undefined ? conversion.reference : await withOnnxRuntime(conversion, opened);
  const { verifyConversion } = await import('./pipeline/verifyConversion.ts');
  const { verification, diagnostics } = await verifyConversion(opened.source.file, { ...conversion, reference }, options);
  return { artifact: conversion.artifact, diagnostics, files: opened.filesRead(), trace: conversion.trace, verification };
}

/** Reads a model file and lists its contents. Throws {@link NcnnError} if it cannot be read. */
export async function inspect(file: string, options: ConvertOptions = {}): Promise<Inspection> {
  checkConvertOptions(options);
  return await inspectSource(openModelFile(file, options.allowOutside).source, options);
}

/** The reference computed by onnxruntime. Throws `NcnnError` for a model that is not ONNX, or if onnxruntime is not installed. */
async function withOnnxRuntime({ reference, artifact }: SourceConversion, { source, filesRead }: OpenedModel): Promise<Reference> {
  if (reference.kind !== 'graph' || artifact.format !== 'onnx') {
    throw ncnnError(
      'option-invalid',
      'only an ONNX model can be verified against onnxruntime',
      'Verify without onnxruntime: the net is then compared with the model as our own operators compute it.',
      { file: source.file },
    );
  }
  const { openOnnxRuntime } = await import('./onnxruntime/onnxruntime.ts');
  const [model = source.file, ...sides] = filesRead();
  const sideFiles = new Map(sides.map((side) => path.relative(path.dirname(model), side)).map((name) => [name, source.side(name)]));
  return { ...reference, compute: await openOnnxRuntime({ file: source.file, bytes: source.bytes, sideFiles }) };
}

function hash(pieces: Iterable<Uint8Array>): string {
  const sum = newSha256();
  for (const piece of pieces) sum.update(piece);
  return sum.digest('hex');
}

/** Base name of the output files of a model file; for files joined with a plus, that of the first. */
export function stemOf(file: string): string {
  const [first = file] = namedFiles(file);
  return stemOfModel(path.basename(first));
}

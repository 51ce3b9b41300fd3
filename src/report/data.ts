import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../emit/artifact.ts';
import { type ManifestBinding, manifestOf } from '../emit/manifest.ts';
import { keepNeeded } from '../net/deadCode.ts';
import { type DescribedLayer, describeLayers } from './layers.ts';
import { type PhoneRun, phoneLossesOf, phoneRunOf } from './phoneLoss.ts';
import type { ConversionTrace } from './trace.ts';

/** All data of a report, as plain data: it survives JSON and `structuredClone`, so it can be stored and sent. */
export interface ReportData {
  /** File name of the source without its extension. */
  readonly name: string;
  readonly format: string;
  /** What the file says about itself; may be empty. */
  readonly about: string;
  readonly minNcnnVersion: string;
  /** Size of the weights and of the structure, in bytes. */
  readonly binLength: number;
  readonly paramLength: number;
  /** The peak size of all live blobs in ncnn's light mode; absent if a shape is unknown. */
  readonly peakBytes?: number;
  readonly inputs: readonly ManifestBinding[];
  readonly outputs: readonly ManifestBinding[];
  /** Times of the layers, if the net was run. */
  readonly run?: MeasuredRun;
  /** What the outputs lose in fp16, if the net was calibrated. */
  readonly phone?: PhoneRun;
  /** How often each operator occurs in the source, most frequent first; empty for a net of layers. */
  readonly operators: readonly { readonly name: string; readonly times: number }[];
  /** The net before optimization; absent if the optimizer changed nothing. */
  readonly before?: readonly DescribedLayer[];
  /** The net as it is written. */
  readonly after: readonly DescribedLayer[];
  readonly passes: Artifact['passes'];
  /** Layers that the optimizer removed, with the pass that did it. */
  readonly removed: readonly { readonly name: string; readonly pass: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Times of a net and its layers, in milliseconds. */
export interface MeasuredRun {
  readonly engine: string;
  /** One for each run of the net. */
  readonly times: readonly number[];
  readonly layerTimes: readonly { readonly layer: string; readonly median: number }[];
}

/** The input of a report, which a conversion provides. */
export interface ReportSource {
  readonly artifact: Artifact;
  readonly diagnostics: readonly Diagnostic[];
  readonly trace: ConversionTrace;
  /** What a run of the net measured; without it the report has no times. */
  readonly run?: MeasuredRun;
}

/** Collects the data that the report of a conversion shows. It reads no weights. */
export function reportData({ artifact, diagnostics, trace, run }: ReportSource): ReportData {
  const { inputs, outputs, minNcnnVersion, peakBytes } = manifestOf(artifact);
  const { nodes, history } = trace;
  return {
    name: artifact.stem,
    format: artifact.format,
    about: trace.about,
    minNcnnVersion,
    binLength: artifact.binLength,
    paramLength: artifact.param.byteLength,
    ...(peakBytes === undefined ? {} : { peakBytes }),
    inputs,
    outputs,
    ...(run === undefined ? {} : { run: measuredOf(run) }),
    ...(artifact.halfGuard === undefined ? {} : { phone: phoneRunOf(artifact.halfGuard) }),
    operators: [...trace.operators].map(([name, times]) => ({ name, times })).sort((left, right) => right.times - left.times),
    ...(artifact.passes.length === 0 ? {} : { before: describeLayers(keepNeeded(trace.before), { nodes }) }),
    after: describeLayers(artifact.model.net, {
      nodes,
      history,
      before: trace.before,
      times: timesOf(run),
      losses: phoneLossesOf(artifact.halfGuard),
    }),
    passes: artifact.passes,
    removed: [...history.removed].map(([name, pass]) => ({ name, pass })),
    diagnostics,
  };
}

/** Without the outputs, which a run may have too. */
function measuredOf({ engine, times, layerTimes }: MeasuredRun): MeasuredRun {
  return { engine, times, layerTimes };
}

function timesOf(run: MeasuredRun | undefined): ReadonlyMap<string, number> {
  return new Map(run?.layerTimes.map(({ layer, median }) => [layer, median]));
}

import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../emit/artifact.ts';
import { type ManifestBinding, manifestOf } from '../emit/manifest.ts';
import { keepNeeded } from '../net/deadCode.ts';
import { type DescribedLayer, describeLayers } from './layers.ts';
import type { ConversionTrace } from './trace.ts';

/** All that a report shows, as plain data: it survives JSON and `structuredClone`, so it can be kept and sent about. */
export interface ReportData {
  /** File name of the source without its extension. */
  readonly name: string;
  readonly format: string;
  /** What the file says about itself; may be empty. */
  readonly about: string;
  readonly minNcnnVersion: string;
  /** Of the weights and of the structure, in bytes. */
  readonly binLength: number;
  readonly paramLength: number;
  /** The most bytes that blobs take at a time in ncnn's light mode; absent where a shape is not known. */
  readonly peakBytes?: number;
  readonly inputs: readonly ManifestBinding[];
  readonly outputs: readonly ManifestBinding[];
  /** How often each operator stands in the source, most frequent first; of a net of layers, empty. */
  readonly operators: readonly { readonly name: string; readonly times: number }[];
  /** The net before it was optimized; absent where it stayed what it was. */
  readonly before?: readonly DescribedLayer[];
  /** The net as it is written. */
  readonly after: readonly DescribedLayer[];
  readonly passes: Artifact['passes'];
  /** Layers that the optimizer took out, with the pass that did it. */
  readonly removed: readonly { readonly name: string; readonly pass: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/** What a report is made of; a conversion has it all. */
export interface ReportSource {
  readonly artifact: Artifact;
  readonly diagnostics: readonly Diagnostic[];
  readonly trace: ConversionTrace;
}

/** Gathers what the report of a conversion shows. It reads no weights. */
export function reportData({ artifact, diagnostics, trace }: ReportSource): ReportData {
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
    operators: [...trace.operators].map(([name, times]) => ({ name, times })).sort((left, right) => right.times - left.times),
    ...(artifact.passes.length === 0 ? {} : { before: describeLayers(keepNeeded(trace.before), { nodes }) }),
    after: describeLayers(artifact.model.net, { nodes, history, before: trace.before }),
    passes: artifact.passes,
    removed: [...history.removed].map(([name, pass]) => ({ name, pass })),
    diagnostics,
  };
}

import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';
import type { LayerTime } from '../../../src/execution/layerTimes.ts';
import type { PassFacts } from '../../../src/net/passes/pass.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import type { Inspection } from '../../../src/pipeline/inspectSource.ts';
import type { Stage } from '../../../src/pipeline/stages.ts';
import type { NetView } from '../../../src/report/netView.ts';
import type { ImageOptions } from '../../../src/runtime/image/fromImage.ts';
import type { Placement } from '../../../src/runtime/image/resample.ts';
import type { NcnnTensor } from '../../../src/runtime/types.ts';
import type { Comparison } from '../../../src/verify/compare.ts';
import type { Verification } from '../../../src/verify/verify.ts';

/** Files of a model, by their names relative to its folder. They are read on demand. */
export interface OpenedFiles {
  readonly files: ReadonlyMap<string, Blob>;
  /** The file to open. */
  readonly model: string;
}

/** A conversion, as far as the page shows it. */
export interface ConvertedNet {
  readonly name: string;
  readonly format: string;
  readonly about: string;
  readonly hash: string;
  readonly layers: number;
  readonly binLength: number;
  readonly multiplyAdds: number;
  readonly peakBytes: number | undefined;
  readonly inputs: readonly NcnnTensor[];
  readonly outputs: readonly NcnnTensor[];
  readonly diagnostics: readonly Diagnostic[];
  /** Passes that changed something. */
  readonly passes: readonly { readonly name: string; readonly times: number }[];
  /** The figures at the head of the report, as markup. */
  readonly facts: string;
  /** Milliseconds of each stage, in order. */
  readonly times: readonly StageTime[];
}

/** A model that was opened. */
export interface OpenedModel {
  readonly inspection: Inspection;
  /** The passes of the optimizer, in their order. */
  readonly passes: readonly PassFacts[];
  /** The forms of files that can be saved. */
  readonly forms: readonly string[];
}

export interface StageTime {
  readonly stage: Stage;
  readonly time: number;
}

export type EngineName = 'ncnn.wasm' | 'interpreter';

/** What an input is fed with. */
export type InputSource =
  | { readonly kind: 'random' }
  /** A `.npy` file. */
  | { readonly kind: 'array'; readonly file: Blob; readonly name: string }
  | { readonly kind: 'picture'; readonly picture: ImageBitmap; readonly options: ImageOptions }
  /** Cut or padded with zeros to the length of the input if that is fixed. */
  | { readonly kind: 'values'; readonly values: Float32Array };

export interface RunRequest {
  readonly engine: EngineName;
  readonly inputs: Readonly<Record<string, InputSource>>;
  readonly seed: number;
}

export interface RunOutcome {
  readonly engine: EngineName;
  /** Milliseconds to load the net, if it was not loaded before, and to run it. */
  readonly loadTime: number;
  readonly runTime: number;
  readonly outputs: readonly OutputTensor[];
  /** Where pictures are in their inputs. */
  readonly placements: Readonly<Record<string, Placement>>;
}

export interface OutputTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
  readonly columns?: readonly string[];
}

/** A blob of the net, and the tensor of the same name in the source. */
export interface BlobComparison {
  readonly name: string;
  readonly net: OutputTensor;
  /** Absent if the source has no tensor of this name; `reason` then says why. */
  readonly source?: OutputTensor;
  readonly comparison?: Comparison;
  readonly reason?: string;
}

/** A file to save. */
export interface DownloadFile {
  readonly name: string;
  readonly blob: Blob;
}

/** The functions of the worker; each returns a promise of its result. */
export interface WorkerCalls {
  /** Opens a model and lists what is in it. */
  readonly open: (files: OpenedFiles) => Promise<OpenedModel>;
  readonly convert: (options: ConvertOptions) => Promise<ConvertedNet>;
  /** Draws the converted net. */
  readonly draw: (options: undefined) => Promise<NetView>;
  /** Runs the converted net. */
  readonly run: (request: RunRequest) => Promise<RunOutcome>;
  /** Times of the layers on the inputs of the last run. */
  readonly measure: (runs: number) => Promise<readonly LayerTime[]>;
  /** A blob on the inputs of the last run. */
  readonly blob: (name: string) => Promise<BlobComparison>;
  /** The net beside the source on the inputs of the last run. */
  readonly verify: (seed: number) => Promise<Verification>;
  /** The files of some forms; `report` is one of them. */
  readonly emit: (forms: readonly string[]) => Promise<readonly DownloadFile[]>;
  /** The same in a `.zip`. */
  readonly archive: (forms: readonly string[]) => Promise<DownloadFile>;
}

export type CallName = keyof WorkerCalls;

/** A call as it is sent. */
export interface CallMessage {
  readonly id: number;
  readonly name: CallName;
  readonly argument: unknown;
}

/** Why a call failed: with diagnostics of the converter, or an error of a session. */
export interface CallProblem {
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
}

export type WorkerMessage =
  | { readonly kind: 'stage'; readonly stage: StageTime['stage'] }
  | { readonly kind: 'result'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly problem: CallProblem };

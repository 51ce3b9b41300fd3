import wasmUrl from 'virtual:ncnn-wasm';
import { joinPieces } from '../../../src/bytes/join.ts';
import { type ObservedBackend, openBackend } from '../../../src/execution/backend.ts';
import { type LayerTime, measureLayers } from '../../../src/execution/layerTimes.ts';
import { importedModel } from '../../../src/execution/model.ts';
import type { Tensor } from '../../../src/graph/ir/tensor.ts';
import type { SourceConversion } from '../../../src/pipeline/convertSource.ts';
import { explained } from '../../../src/runtime/failure.ts';
import { fromImage } from '../../../src/runtime/image/fromImage.ts';
import type { Placement } from '../../../src/runtime/image/resample.ts';
import type { ExtractedBlob } from '../../../src/runtime/session/backend.ts';
import { sessionOn } from '../../../src/runtime/session/createSession.ts';
import { feedsOf } from '../../../src/runtime/session/feeds.ts';
import type { InputsOf, Session } from '../../../src/runtime/session/types.ts';
import { failInput } from '../../../src/runtime/sessionError.ts';
import type { NcnnModel } from '../../../src/runtime/types.ts';
import { compile } from '../../../src/runtime/wasm/compile.ts';
import { createFeeds, type VerifyInput } from '../../../src/verify/feeds.ts';
import { readNpy } from '../../../src/verify/npy.ts';
import { referenceInputs } from '../../../src/verify/verify.ts';
import { fitLength } from './fitLength.ts';
import type { EngineName, RunOutcome, RunRequest } from './messages.ts';

interface LoadedEngine {
  readonly engine: EngineName;
  readonly backend: ObservedBackend;
  readonly session: Session;
}

/** The data of a run, and the positions of its pictures in their inputs. */
interface RunInputs {
  readonly values: Readonly<Record<string, VerifyInput>>;
  readonly placements: Readonly<Record<string, Placement>>;
}

/** Runs a converted net on the data of the page, and remembers that data. */
export class NetRunner {
  readonly #conversion: SourceConversion;
  readonly #model: NcnnModel;
  #loaded: LoadedEngine | undefined;
  #feeds: ReadonlyMap<string, Tensor> | undefined;

  constructor(conversion: SourceConversion) {
    this.#conversion = conversion;
    this.#model = importedModel(conversion.artifact);
  }

  async run(request: RunRequest): Promise<RunOutcome> {
    const start = performance.now();
    const { engine, session } = await this.#load(request.engine);
    const loadTime = performance.now() - start;
    const { values, placements } = await this.#runInputs(request);
    this.#feeds = createFeeds(referenceInputs(this.#conversion.reference), values, request.seed);
    const inputs = this.#inputs();
    const runStart = performance.now();
    const results = await session.run(inputs);
    const runTime = performance.now() - runStart;
    const outputs = Object.entries(results).map(([name, { data, shape }]) => {
      const columns = this.#model.outputs[name]?.columns;
      return { name, data, shape: [...shape], ...(columns === undefined ? {} : { columns }) };
    });
    return { engine, loadTime, runTime, outputs, placements };
  }

  /** Times of the layers, each the median of some runs. */
  measure(runs: number): Promise<readonly LayerTime[]> {
    return explained(async () => {
      const { backend } = await this.#load(this.#loaded?.engine ?? 'interpreter');
      const loaded = { net: this.#conversion.artifact.model.net, model: this.#model, backend };
      return await measureLayers(loaded, this.#inputs(), { now: () => performance.now(), runs });
    });
  }

  /** A blob of the first sample, by its number. */
  extract(blobId: number): Promise<ExtractedBlob> {
    return explained(async () => {
      const { backend } = await this.#load(this.#loaded?.engine ?? 'interpreter');
      const [sample = []] = feedsOf(this.#model, this.#inputs(), failInput).samples;
      const [blob = { shape: [], data: new Float32Array() }] = await backend.run(sample, [blobId]);
      return blob;
    });
  }

  /** The data for the source: that of the last run, or random values. */
  feeds(seed = 1): ReadonlyMap<string, Tensor> {
    this.#feeds ??= createFeeds(referenceInputs(this.#conversion.reference), {}, seed);
    return this.#feeds;
  }

  lastFeeds(seed: number): Readonly<Record<string, Tensor>> {
    return Object.fromEntries(this.feeds(seed));
  }

  dispose(): void {
    this.#loaded?.session.dispose();
    this.#loaded = undefined;
  }

  #load(engine: EngineName): Promise<LoadedEngine> {
    return explained(async () => {
      if (this.#loaded?.engine === engine) return this.#loaded;
      this.dispose();
      const { artifact } = this.#conversion;
      const bin = joinPieces(artifact.bin(), artifact.binLength);
      const wasm = engine === 'ncnn.wasm' && wasmUrl !== undefined ? await compile(wasmUrl, {}) : undefined;
      const backend = await openBackend(this.#model, bin, wasm);
      this.#loaded = { engine: wasm === undefined ? 'interpreter' : engine, backend, session: sessionOn(this.#model, backend) };
      return this.#loaded;
    });
  }

  /** The data for the inputs of the model that a run reads. */
  #inputs(): InputsOf<NcnnModel> {
    const entries = [...this.feeds()]
      .filter(([name]) => this.#model.inputs[name]?.blob != null)
      .map(([name, tensor]) => [name, { data: tensor.toFloat64(), shape: tensor.shape }]);
    // The names are those of the model.
    return Object.fromEntries(entries) as InputsOf<NcnnModel>;
  }

  async #runInputs({ inputs }: RunRequest): Promise<RunInputs> {
    const values: Record<string, VerifyInput> = {};
    const placements: Record<string, Placement> = {};
    for (const [name, source] of Object.entries(inputs)) {
      const tensor = this.#model.inputs[name];
      if (tensor === undefined || source.kind === 'random') continue;
      if (source.kind === 'array') {
        values[name] = readNpy(new Uint8Array(await source.file.arrayBuffer()), source.name);
        continue;
      }
      if (source.kind === 'values') {
        values[name] = fitLength(source.values, tensor.shape);
        continue;
      }
      const { data, shape, scaleX, scaleY, left, top } = fromImage(source.picture, tensor, source.options);
      values[name] = { data, shape };
      placements[name] = { scaleX, scaleY, left, top };
    }
    return { values, placements };
  }
}

import type { ModelSource } from '../../../src/importers/source.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { convertSource, type SourceConversion } from '../../../src/pipeline/convertSource.ts';
import { reportData } from '../../../src/report/index.ts';
import { factsSection, totalsOf } from '../../../src/report/sections/facts.ts';
import type { ConvertedNet, StageTime } from './messages.ts';

export interface OpenedConversion {
  readonly conversion: SourceConversion;
  readonly net: ConvertedNet;
}

/** Converts a model and measures the stages. Throws `NcnnError`. */
export async function convertOpened(
  source: ModelSource,
  options: ConvertOptions,
  onStage: (stage: StageTime['stage']) => void,
): Promise<OpenedConversion> {
  const watch = new StageWatch(onStage);
  const conversion = await convertSource(source, options, { onStage: (stage) => watch.begin(stage) });
  const times = watch.end();
  const data = reportData(conversion);
  const { layers, multiplyAdds } = totalsOf(data.after);
  const { artifact, diagnostics } = conversion;
  const net: ConvertedNet = {
    name: data.name,
    format: data.format,
    about: data.about,
    hash: artifact.hash(),
    layers,
    binLength: data.binLength,
    multiplyAdds,
    peakBytes: data.peakBytes,
    inputs: data.inputs,
    outputs: data.outputs,
    diagnostics,
    passes: data.passes,
    facts: factsSection(data).text,
    times,
  };
  return { conversion, net };
}

/** Measures the stages of a conversion. */
class StageWatch {
  readonly #onStage: (stage: StageTime['stage']) => void;
  readonly #times: StageTime[] = [];
  #current: { readonly stage: StageTime['stage']; readonly start: number } | undefined;

  constructor(onStage: (stage: StageTime['stage']) => void) {
    this.#onStage = onStage;
  }

  begin(stage: StageTime['stage']): void {
    this.#finish();
    this.#current = { stage, start: performance.now() };
    this.#onStage(stage);
  }

  end(): readonly StageTime[] {
    this.#finish();
    return this.#times;
  }

  #finish(): void {
    if (this.#current === undefined) return;
    const { stage, start } = this.#current;
    this.#times.push({ stage, time: performance.now() - start });
    this.#current = undefined;
  }
}

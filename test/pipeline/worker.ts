/** Converts models in a Web Worker for the test: fetches a model and responds with the bytes of its net. */
import { encodeBase64 } from '../../src/bytes/base64.ts';
import { sourceInMemory } from '../../src/importers/source.ts';
import type { ConvertOptions } from '../../src/options/convertOptions.ts';
import { convertSource } from '../../src/pipeline/convertSource.ts';
import { type Inspection, inspectSource } from '../../src/pipeline/inspectSource.ts';

/** A model for the worker: its file names with the URLs to fetch them from, the model first. */
export interface WorkerRequest {
  readonly files: Readonly<Record<string, string>>;
  readonly options: ConvertOptions;
}

/** The worker's result for a model; files as base64. */
export interface WorkerNet {
  readonly param: string;
  readonly paramBin: string;
  readonly bin: string;
  readonly hash: string;
  readonly inspection: Inspection;
}

export type WorkerAnswer = WorkerNet | { readonly error: string };

addEventListener('message', async ({ data }: MessageEvent<WorkerRequest>) => {
  try {
    postMessage(await netOf(data));
  } catch (error) {
    postMessage({ error: error instanceof Error ? `${error.stack}` : String(error) });
  }
});

async function netOf({ files, options }: WorkerRequest): Promise<WorkerNet> {
  const contents = new Map<string, Uint8Array>();
  for (const [name, address] of Object.entries(files)) {
    contents.set(name, new Uint8Array(await (await fetch(address)).arrayBuffer()));
  }
  const [model = ''] = contents.keys();
  const source = sourceInMemory(contents, model);
  const { artifact } = await convertSource(source, options);
  const bin = await new Blob([...artifact.bin()].map((piece) => Uint8Array.from(piece))).arrayBuffer();
  return {
    param: encodeBase64(artifact.param),
    paramBin: encodeBase64(artifact.paramBin),
    bin: encodeBase64(new Uint8Array(bin)),
    hash: artifact.hash(),
    inspection: await inspectSource(source, options),
  };
}

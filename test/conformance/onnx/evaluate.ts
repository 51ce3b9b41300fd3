/**
 * Evaluates ONNX models with the reference operators of the graph, for `reference.py` to compare.
 *
 *   node evaluate.mjs FOLDER
 *
 * Reads `cases.json`, `[{ name, model, inputs: { name: file.npy } }]`, and writes `results.json` with `values.bin`, in float64.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { NcnnError } from '../../../src/diagnostics/diagnostic.ts';
import { openModelFile } from '../../../src/files/modelFile.ts';
import { evaluate } from '../../../src/graph/stages/evaluate.ts';
import { importOnnx } from '../../../src/importers/onnx/importer.ts';
import { createFeeds } from '../../../src/verify/feeds.ts';
import { readNpy } from '../../../src/verify/npy.ts';

interface Case {
  readonly name: string;
  readonly model: string;
  readonly inputs: Readonly<Record<string, string>>;
}

const folder = process.argv[2] ?? '';
const cases: readonly Case[] = JSON.parse(readFileSync(path.join(folder, 'cases.json'), 'utf8'));
const values: Float64Array[] = [];
let stored = 0;
writeFileSync(path.join(folder, 'results.json'), JSON.stringify(cases.map(resultOf)));
writeFileSync(
  path.join(folder, 'values.bin'),
  Buffer.concat(values.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))),
);

function resultOf({ name, model, inputs }: Case): object {
  try {
    const imported = importOnnx(openModelFile(model).source);
    if (imported.kind !== 'graph') throw new TypeError('it has no graph');
    const { graph } = imported;
    const feeds = Object.fromEntries(Object.entries(inputs).map(([input, file]) => [input, readNpy(readFileSync(file), file)]));
    const declared = graph.inputs.map((input) => ({ name: input.name, dtype: input.type.dtype, shape: input.type.shape }));
    const outputs = evaluate(graph, createFeeds(declared, feeds, 1));
    return { name, outputs: [...outputs].map(([output, tensor]) => store(output, tensor.shape, tensor.toFloat64())) };
  } catch (error) {
    const [first] = error instanceof NcnnError ? error.diagnostics : [];
    return { name, error: first === undefined ? String(error) : `${first.place.operator ?? ''}: ${first.message}` };
  }
}

function store(name: string, shape: readonly number[], data: Float64Array): object {
  const offset = stored;
  values.push(data);
  stored += data.length;
  return { name, shape, offset };
}

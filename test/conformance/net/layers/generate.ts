/**
 * Writes one net for each random combination of a layer's parameters, with its inputs and the executor's results, which `layers.py` compares
 * with ncnn.
 *
 *   node generate.mjs FOLDER [--phone]
 *
 * With --phone, the results as our simulation of fp16 on phones expects them are written, too.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { joinPieces } from '../../../../src/bytes/join.ts';
import { NcnnError } from '../../../../src/diagnostics/diagnostic.ts';
import { type BlobData, execute } from '../../../../src/net/execute.ts';
import { checkNet } from '../../../../src/net/format/check.ts';
import { readParamText } from '../../../../src/net/format/paramRead.ts';
import { writeParamText } from '../../../../src/net/format/paramWrite.ts';
import { readWeights } from '../../../../src/net/format/weightsRead.ts';
import { writeWeights } from '../../../../src/net/format/weightsWrite.ts';
import { PhoneLayers } from '../../../../src/net/half/phoneLayers.ts';
import type { Layer, Net } from '../../../../src/net/net.ts';
import { withHalfWeights } from '../../../../src/net/precision.ts';
import { withThreadSafety } from '../../../../src/net/threadSafety.ts';
import { minNcnnVersion } from '../../../../src/net/version.ts';
import { type CaseFamily, families } from './cases.ts';
import { fedTo, netOf } from './draftNet.ts';
import { randomOf } from './random.ts';

interface BlobEntry {
  readonly name: string;
  readonly shape: readonly number[];
  /** Offset of its first element in `values.bin`, in elements. */
  readonly offset: number;
}

const [, , folder = '', simulation] = process.argv;
const isForPhones = simulation === '--phone';
mkdirSync(folder, { recursive: true });
const values: Float32Array[] = [];
let stored = 0;
const cases = families.flatMap((family) => Array.from({ length: family.count }, (_, index) => makeCase(family, index)));
writeFileSync(path.join(folder, 'cases.json'), JSON.stringify(cases));
writeFileSync(path.join(folder, 'values.bin'), joined(values.map((part) => new Uint8Array(part.buffer, part.byteOffset, part.byteLength))));

function makeCase(family: CaseFamily, index: number): object {
  const name = `${family.type}-${index}`;
  const random = randomOf(name);
  const draft = family.draft(random);
  const feeds = fedTo(draft, random);
  const single = netOf(family, draft, feeds, random);
  // Some weights in half precision, if the type supports it.
  const halved = index % 4 === 3 ? withHalfWeights(single).net : single;
  const net = { ...halved, layers: halved.layers.map(withThreadSafety) };
  const text = writeParamText(net);
  const bin = joined([...writeWeights(net)]);
  writeFileSync(path.join(folder, `${name}.param`), text);
  writeFileSync(path.join(folder, `${name}.bin`), bin);
  const entry = {
    name,
    type: family.type,
    line: text.split('\n').at(-2) ?? '',
    minNcnnVersion: minNcnnVersion({ ...net, shapes: new Map([...feeds].map(([blob, { shape }]) => [blob, shape])) }),
    inputs: [...feeds].map(([blob, value]) => store(blob, value)),
  };
  try {
    const faults = checkNet(net);
    if (faults.length > 0) throw new NcnnError(faults);
    // Runs the net that was written.
    const read = readWeights(readParamText(text).layers, bin);
    const outputs = execute({ ...net, layers: read.layers }, feeds);
    const sums = execute({ ...net, layers: read.layers.map(withoutActivation) }, feeds);
    const phone = isForPhones ? { phoneOutputs: storeAll(executePhone({ ...net, layers: read.layers }, feeds)) } : {};
    return { ...entry, outputs: storeAll(outputs), largestSum: largest([...sums.values()]), ...phone };
  } catch (error) {
    if (!(error instanceof NcnnError)) throw new Error(`${name}: ${entry.line}`, { cause: error });
    return { ...entry, outputs: net.outputs.map((blob) => ({ name: blob })), refused: error.message };
  }
}

function executePhone(net: Net, feeds: ReadonlyMap<string, BlobData>): ReadonlyMap<string, BlobData> {
  return execute(net, feeds, { run: new PhoneLayers().run });
}

function storeAll(blobs: ReadonlyMap<string, BlobData>): readonly BlobEntry[] {
  return [...blobs].map(([blob, value]) => store(blob, value));
}

/** The layer without its activation, which may clip sums that are far larger than its results, with larger rounding errors. */
function withoutActivation(layer: Layer): Layer {
  return 'params' in layer && 'activation_type' in layer.params
    ? ({ ...layer, params: { ...layer.params, activation_type: 0 } } as Layer)
    : layer;
}

function largest(blobs: readonly BlobData[]): number {
  return blobs.reduce(
    (max, { values }) => values.reduce((sum, value) => (Number.isFinite(value) ? Math.max(sum, Math.abs(value)) : sum), max),
    0,
  );
}

function store(name: string, blob: BlobData): BlobEntry {
  const offset = stored;
  values.push(blob.values);
  stored += blob.values.length;
  return { name, shape: blob.shape, offset };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return joinPieces(
    pieces,
    pieces.reduce((sum, piece) => sum + piece.byteLength, 0),
  );
}

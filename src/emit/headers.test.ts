import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { encode } from '../net/encode.ts';
import { readParamBin } from '../net/format/paramBinRead.ts';
import { readParamText } from '../net/format/paramRead.ts';
import { readWeights } from '../net/format/weightsRead.ts';
import { makeLayer } from '../net/net.ts';
import type { Artifact } from './artifact.ts';
import { emitFiles, emitters } from './index.ts';
import { manifestOf } from './manifest.ts';
import { sampleArtifact } from './testing.ts';

function fixture(file: string): Buffer {
  return readFileSync(new URL(`../../test/fixtures/embed/${file}`, import.meta.url));
}

/** A converted fixture without optimization. */
function artifactOf(stem: string, output: string, weights: Uint8Array): Artifact {
  const { layers } = readParamText(fixture(`${stem}.param`).toString());
  const net = { layers: readWeights(layers, weights).layers, shapes: new Map(), outputs: [output] };
  return {
    stem,
    format: 'ncnn',
    lostBlobs: [],
    passes: [],
    hash: () => '',
    ...encode({ net, inputs: [], outputs: [] }, { keepDefaults: true }),
  };
}

function emitted(artifact: Artifact, form: string): Buffer {
  return Buffer.concat(emitFiles(artifact, [form]).flatMap((file) => [...file.chunks()]));
}

describe('a net with plain names', () => {
  const artifact = artifactOf('residual_block', 'b14', fixture('residual_block.bin'));

  it.each(['param.bin', 'bin', 'id.h', 'mem.h'])('produces the %s of ncnn2mem', (form) => {
    expect(emitted(artifact, form).equals(fixture(`residual_block.${form}`))).toBe(true);
  });
});

describe('a net with odd names', () => {
  const artifact = artifactOf('odd_names', 'out-put', new Uint8Array());

  it('gets unique constants', () => {
    const header = emitted(artifact, 'id.h').toString();
    const names = [...header.matchAll(/^const int (\w+) = \d+;$/gm)].map(([, name]) => name);
    expect(names.length).toBe(header.split('\n').filter((line) => line.startsWith('const')).length);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(['LAYER_data_0', 'BLOB_data_0', 'LAYER_net__sig_0_', 'BLOB_x_a', 'BLOB_x_a_1', 'BLOB_1st', 'BLOB___']),
    );
  });

  it('keeps its connections: the sigmoid reads the second top of the Split', () => {
    const { layers } = readParamBin(artifact.paramBin);
    expect(layers.map(({ type, bottoms, tops }) => [type, bottoms, tops])).toEqual([
      ['Input', [], ['blob0']],
      ['Split', ['blob0'], ['blob1', 'blob2']],
      ['ReLU', ['blob1'], ['blob3']],
      ['Sigmoid', ['blob2'], ['blob4']],
      ['BinaryOp', ['blob3', 'blob4'], ['blob5']],
    ]);
  });
});

it('emits a file that several forms share once', () => {
  expect(emitFiles(sampleArtifact('net'), ['bin', 'module']).map((file) => file.name)).toEqual(['net.bin', 'net.mjs']);
  expect(() => emitFiles(sampleArtifact('net'), ['elf'])).toThrow(`"elf" is not one of ${[...emitters.keys()].join(', ')}`);
});

it('describes the net in the manifest, including pinned inputs', () => {
  const manifest = manifestOf(sampleArtifact('net'));
  expect(manifest).toEqual({
    format: 'onnx',
    inputs: [
      { name: 'x', dtype: 'float32', shape: [1, 3, 2, 'n'], blob: 'data', blobId: 0, ncnnShape: [3, 2, 'n'], feed: 'float32' },
      { name: 'sr', dtype: 'int64', shape: [], blob: null, blobId: null, ncnnShape: [], feed: 'float32' },
    ],
    outputs: [{ name: 'out', dtype: 'float32', shape: [4, 3], blob: 'out', blobId: 1, ncnnShape: [3], feed: 'float32', batch: 4 }],
    layerTypes: ['AbsVal', 'Input'],
    minNcnnVersion: '20240820',
    weightBytes: 7,
    passes: [],
  });
});

it('names the columns of detections', () => {
  const artifact = sampleArtifact('net');
  const [input] = artifact.model.net.layers;
  const layers = [...(input ? [input] : []), makeLayer('DetectionOutput', 'out', ['data'], ['out'], {})];
  const { outputs } = manifestOf({ ...artifact, model: { ...artifact.model, net: { ...artifact.model.net, layers } } });
  expect(outputs[0]?.columns).toEqual(['label', 'score', 'xmin', 'ymin', 'xmax', 'ymax']);
});

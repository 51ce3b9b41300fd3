import type { Model } from '../net/model.ts';
import { makeLayer } from '../net/net.ts';
import type { Artifact } from './artifact.ts';

/** A small net of two layers without real weights, for tests of the emitters. */
export function sampleArtifact(stem: string, layer = 'conv1', blob = 'out'): Artifact {
  const layers = [makeLayer('Input', 'x', [], ['data'], { w: 2, h: 2, c: 3 }), makeLayer('AbsVal', layer, ['data'], [blob], {})];
  const model: Model = {
    net: { layers, shapes: new Map(), outputs: [blob] },
    inputs: [
      { name: 'x', dtype: 'float32', shape: [1, 3, 2, 'n'], blob: 'data', blobShape: [3, 2, 'n'], feed: 'float32' },
      { name: 'sr', dtype: 'int64', shape: [], blob: null, blobShape: [], feed: 'float32' },
    ],
    outputs: [{ name: blob, dtype: 'float32', shape: [4, 3], blob, blobShape: [3], feed: 'float32', batch: 4 }],
  };
  return {
    stem,
    format: 'onnx',
    model,
    param: new TextEncoder().encode('7767517\n'),
    paramBin: Uint8Array.of(0xdd, 0x85, 0x76, 0, 255),
    binLength: 7,
    bin: () => [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6, 255)],
    hash: () => '0123456789abcdef',
    minNcnnVersion: '20240820',
    lostBlobs: [],
    passes: [],
  };
}

import { expect, it } from 'vitest';
import { NcnnError } from '../../../src/diagnostics/diagnostic.ts';
import { folderSource } from './folderSource.ts';

/** A file of one byte that may report another size. */
class OneByte extends Blob {
  readonly byte: number;

  constructor(byte: number) {
    super([Uint8Array.of(byte)]);
    this.byte = byte;
  }
}

function read(blob: Blob): Uint8Array {
  return Uint8Array.of(blob instanceof OneByte ? blob.byte : 0);
}

it('finds side files by path, and selected files by name', () => {
  const files = new Map([
    ['a/net.onnx', new OneByte(1)],
    ['a/weights/one.data', new OneByte(2)],
    ['two.data', new OneByte(3)],
    ['b/other.bin', new OneByte(4)],
  ]);
  const source = folderSource({ files, model: 'a/net.onnx' }, read);
  expect(source).toMatchObject({ name: 'net.onnx', bytes: Uint8Array.of(1) });
  expect(source.side('./weights/one.data')).toEqual(Uint8Array.of(2));
  expect(source.side('elsewhere/two.data')).toEqual(Uint8Array.of(3));
  expect(source.sideFile('weights/one.data').part(0, 1)).toEqual(Uint8Array.of(2));
  expect(source.siblings()).toEqual(['net.onnx']);
});

it('names a missing file', () => {
  const source = folderSource({ files: new Map([['net.onnx', new OneByte(1)]]), model: 'net.onnx' }, read);
  const attempt = (): unknown => source.side('net.onnx.data');
  expect(attempt).toThrow(NcnnError);
  expect(attempt).toThrow(/net\.onnx\.data: the file does not exist/);
});

it('reads each file once', () => {
  let reads = 0;
  const counted = (blob: Blob): Uint8Array => {
    reads++;
    return read(blob);
  };
  const source = folderSource({ files: new Map([['net.onnx', new OneByte(1)]]), model: 'net.onnx' }, counted);
  source.side('net.onnx');
  source.side('net.onnx');
  expect(reads).toBe(1);
});

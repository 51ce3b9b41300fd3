import { expect, it } from 'vitest';
import { conflictOf, replacedSources, sameTargets } from './conflicts.ts';

it('finds models that write the same file through different paths', () => {
  const conflicts = sameTargets([
    { model: 'a.onnx', targets: ['out/x.bin', 'out/a.param'] },
    { model: 'b.onnx', targets: ['out/../out/x.bin'] },
    { model: 'c.onnx', targets: ['out/c.bin'] },
  ]);
  expect([...conflicts].map(([model, { message }]) => [model, message])).toEqual([
    ['a.onnx', 'b.onnx would be written to the same files'],
    ['b.onnx', 'a.onnx would be written to the same files'],
  ]);
});

it('finds no conflict between different files', () => {
  expect(
    sameTargets([
      { model: 'a', targets: ['x'] },
      { model: 'b', targets: ['y'] },
    ]).size,
  ).toBe(0);
});

it('finds results that overwrite a side file or the file of a failed model', () => {
  const read = { model: 'net.onnx', targets: [], sources: ['/data/net.onnx', '/data/big.bin'] };
  expect([...replacedSources([read, { model: 'big.onnx', targets: ['/data/big.bin'], sources: [] }]).keys()]).toEqual(['big.onnx']);
  const failed = { model: '/data/b.prototxt+/data/a.bin', targets: [], sources: [] };
  expect([...replacedSources([failed, { model: 'a.onnx', targets: ['/data/a.bin'], sources: [] }]).keys()]).toEqual(['a.onnx']);
});

it('allows writing a model beside its source', () => {
  expect(replacedSources([{ model: 'a.onnx', targets: ['a.param', 'a.bin'], sources: ['a.onnx'] }]).size).toBe(0);
});

it('explains why models without a conflict are not written either', () => {
  const conflicts = sameTargets([
    { model: 'a', targets: ['x'] },
    { model: 'b', targets: ['x'] },
  ]);
  expect(conflictOf('c', conflicts)).toMatchObject({ code: 'output-conflict', place: { file: 'c' } });
  expect(conflictOf('a', conflicts).message).toContain('b would be written');
});

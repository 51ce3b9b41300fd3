import { expect, it } from 'vitest';
import { createSuspicions, modelFile } from './suspiciousImports.ts';

function messagesFor(...specifiers: readonly string[]): readonly string[] {
  const suspicions = createSuspicions();
  return specifiers.flatMap((specifier) =>
    suspicions.check(specifier, '/app/main.js?v=1').map(({ message, hint }) => `${message}. ${hint}`),
  );
}

it.each([
  ['./net.onnx', 'the model "./net.onnx" is imported without `?ncnn`, so it is not converted. Write `./net.onnx?ncnn`'],
  ['./net.onnx?import&t=17', 'is imported without `?ncnn`'],
  ['@/a/NET.ONNX?nccn', 'the query "nccn" of "@/a/NET.ONNX?nccn" is unknown'],
  ['./net.param?NCNN', 'the query "NCNN" of'],
  ['./net.prototxt?ncnnn&shape=x:1', 'the query "ncnnn" of'],
])('reports %s', (specifier, message) => {
  expect(specifier).toMatch(modelFile);
  expect(messagesFor(specifier)[0]).toContain(message);
});

it.each(['./net.onnx?url', './net.onnx?raw&import', './net.onnx?worker'])('accepts %s', (specifier) => {
  expect(messagesFor(specifier)).toEqual([]);
});

it.each(['./net.js', './onnx', './net.onnx.js', './param.ts?x=.onnx2'])('ignores %s', (specifier) => {
  expect(specifier).not.toMatch(modelFile);
});

it('reports a specifier once', () => {
  expect(messagesFor('./a.onnx', './a.onnx', './b.onnx')).toHaveLength(2);
});

it('accepts the path of a model that the same file imports', () => {
  const suspicions = createSuspicions();
  suspicions.expect('./net.onnx?ncnn', '/app/a.js');
  expect(suspicions.check('./net.onnx', '/app/a.js')).toEqual([]);
  // The path that an alias resolves to.
  expect(suspicions.check('src/models/net.onnx', '/app/a.js')).toEqual([]);
  expect(suspicions.check('./net.onnx', '/app/b.js')).toHaveLength(1);
});

it('accepts a model that is requested directly', () => {
  expect(createSuspicions().check('net.onnx', '/app/net.onnx?ncnn')).toEqual([]);
});

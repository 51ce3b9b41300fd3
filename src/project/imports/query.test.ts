import { expect, it } from 'vitest';
import { modelImport, parseQuery, splitId } from './query.ts';

function optionsOf(query: string): unknown {
  const { options, diagnostics } = parseQuery(query, 'net.onnx');
  expect(diagnostics).toEqual([]);
  return options;
}

function complaintsAbout(query: string): readonly string[] {
  return parseQuery(query, 'net.onnx').diagnostics.map(({ message, hint }) => `${message}. ${hint}`);
}

it.each([
  './net.onnx?ncnn',
  './net.onnx?ncnn&url',
  './net.onnx?shape=x:1&ncnn',
  '/net.param?v=1&ncnn#x',
  './net.onnx?ncnn=true',
  './net.onnx?ncnn=&url',
  './net.onnx?ncnn=1',
])('accepts %s', (id) => {
  expect(modelImport.test(id)).toBe(true);
});

it.each(['./net.onnx', './ncnn.onnx?raw', './net.onnx?ncnnx', './ncnn', './net.onnx?url=ncnn'])('ignores %s', (id) => {
  expect(modelImport.test(id)).toBe(false);
});

it('splits an id at the first question mark', () => {
  expect(splitId('/a/net.onnx?ncnn&output=what?')).toEqual({ file: '/a/net.onnx', query: 'ncnn&output=what?' });
});

it('treats a question mark in a folder as part of the path', () => {
  expect(splitId('/what?/net.onnx?ncnn&output=a?b')).toEqual({ file: '/what?/net.onnx', query: 'ncnn&output=a?b' });
  expect(splitId('/what?/net-symbol.json?ncnn')).toEqual({ file: '/what?/net-symbol.json', query: 'ncnn' });
  expect(splitId('/App.vue?vue&type=script')).toEqual({ file: '/App.vue', query: 'vue&type=script' });
});

it('reads all parameters', () => {
  const query = 'ncnn&shape=x:1,3,224,224&shape=s:&const=sr:16000&const=on:true&output=a&output=b&precision=fp16&optimize=false&inline';
  expect(optionsOf(query)).toEqual({
    shape: { x: [1, 3, 224, 224], s: [] },
    const: { sr: 16000, on: true },
    outputs: ['a', 'b'],
    precision: 'fp16',
    optimize: false,
    inline: true,
  });
});

it('omits unspecified parameters', () => {
  expect(optionsOf('ncnn')).toEqual({});
});

it('accepts parameters as `import.meta.glob` writes them', () => {
  expect(optionsOf('ncnn=true&inline=true')).toEqual({ inline: true });
  expect(optionsOf('ncnn=&url=&optimize=false')).toEqual({ url: true, optimize: false });
});

it('splits at the last colon and keeps names unchanged', () => {
  expect(optionsOf('ncnn&shape=scope/x:0:1,2&output=a=b+c&const=%23%26%C3%A4:-1.5e3')).toEqual({
    shape: { 'scope/x:0': [1, 2] },
    outputs: ['a=b+c'],
    const: { '#&ä': -1500 },
  });
});

it('keeps large integers exact and reads lists', () => {
  expect(optionsOf('ncnn&const=a:9007199254740993&const=b:1,2.5,3&const=c:true,false')).toEqual({
    const: { a: 9007199254740993n, b: [1, 2.5, 3], c: [true, false] },
  });
});

it('accepts an input called __proto__', () => {
  const { options } = parseQuery('ncnn&shape=__proto__:1', 'net.onnx');
  expect(Object.entries(options.shape ?? {})).toEqual([['__proto__', [1]]]);
});

it('ignores parameters of bundlers', () => {
  expect(optionsOf('ncnn&t=1712&import&v=ab12')).toEqual({});
});

it('suggests a similar parameter', () => {
  expect(complaintsAbout('ncnn&shpe=x:1')).toEqual([expect.stringMatching(/unknown query parameter "shpe"\. Did you mean `shape`\?/)]);
  expect(complaintsAbout('ncnn&outputs=x')).toEqual([expect.stringContaining('Did you mean `output`?')]);
  expect(complaintsAbout('ncnn&toString')).toEqual([expect.stringContaining('unknown query parameter')]);
});

it.each([
  'ncnn=1',
  'shape=1,3',
  'shape=x:1,,3',
  'shape=x:-2',
  'shape=x:1.5',
  'const=1',
  'const=x:',
  'const=x:1,',
  'const=x:yes',
  'output=',
  'precision=int8',
  'optimize',
  'url=1',
  'inline&url',
])('rejects %s', (query) => {
  expect(complaintsAbout(query)).toHaveLength(1);
});

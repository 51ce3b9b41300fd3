/** Operators that become layers of the user's runtime. */
import { describe, expect, it } from 'vitest';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { floatAttribute, initializer, input, intAttribute, model, node, output, rawFloats, value } from '../importers/onnx/testing.ts';
import { sourceOfFiles } from '../importers/testing.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { convertSource } from './convertSource.ts';

const attributes = [floatAttribute('alpha', 2), intAttribute('groups', 3)];
const customLayers = { 'my:Foo': { type: 'Foo', params: { 0: 'alpha', 1: 'groups', 2: 'absent' } } };

/** `y = Relu(Foo(x, w))`. */
function file(...declared: Parameters<typeof model>[1][]): Uint8Array {
  return model(
    17,
    input('x', [1, 4, 8, 8]),
    initializer('w', 1, [2], rawFloats(1, 2)),
    node('Foo', ['x', 'w'], ['m'], attributes, 'foo', 'my'),
    node('Relu', ['m'], ['y']),
    output('y'),
    ...declared,
  );
}

async function convert(bytes: Uint8Array, options: ConvertOptions): Promise<string> {
  const { artifact } = await convertSource(sourceOfFiles({ 'net.onnx': bytes }), options);
  return new TextDecoder().decode(artifact.param);
}

async function refusal(bytes: Uint8Array, options: ConvertOptions): Promise<unknown> {
  const error: unknown = await convert(bytes, options).catch((thrown: unknown) => thrown);
  return error instanceof NcnnError ? error.diagnostics : error;
}

describe('an operator of a custom layer', () => {
  it('becomes a layer with attributes as parameters and constants as bottoms', async () => {
    const text = await convert(file(value(13, 'm', [1, 2, 8, 8])), { customLayers });
    expect(text.trim().replace(/ +/g, ' ').split('\n').slice(2)).toEqual([
      'Input x 0 1 x 0=8 1=8 2=4',
      'MemoryData foo/memorydata 0 1 foo/memorydata 0=2',
      'Foo foo 2 1 x foo/memorydata m 0=2.0 1=3',
      'ReLU y 1 1 m y',
    ]);
  });

  it('has the given shape', async () => {
    const options = { customLayers, shape: { m: [1, 2, 3, 8] } };
    const { artifact } = await convertSource(sourceOfFiles({ 'net.onnx': file() }), options);
    expect(artifact.model.outputs).toMatchObject([{ name: 'y', shape: [1, 2, 3, 8], blobShape: [2, 3, 8] }]);
  });

  it('needs a shape', async () => {
    expect(await refusal(file(), { customLayers })).toMatchObject([
      { code: 'shape-unknown', message: 'the model does not declare the shape of "m"', advice: [{ option: 'shape', input: 'm' }] },
    ]);
  });

  it('may be a supported operator or a function of the model', async () => {
    const options = { customLayers: { ...customLayers, Relu: { type: 'MyRelu' } }, shape: { m: [1, 4, 8, 8], y: [1, 4, 8, 8] } };
    expect(await convert(file(), options)).toMatch(/^MyRelu +y +1 1 m y$/m);
  });

  it('does not accept a layer type of ncnn', async () => {
    const options = { customLayers: { 'my:Foo': { type: 'GELU' } }, shape: { m: [1, 4, 8, 8] } };
    expect(await refusal(file(), options)).toMatchObject([
      { message: 'the custom layer of foo cannot be named GELU, which is an ncnn layer type' },
    ]);
  });

  it('is rejected without a mapping', async () => {
    expect(await refusal(file(), {})).toMatchObject([{ code: 'operator-unknown' }]);
  });
});

it('validates its options', async () => {
  const wrong: ConvertOptions = JSON.parse('{ "customLayers": { "my:Foo": { "type": "Foo", "params": { "31": "alpha" } } } }');
  const { checkConvertOptions } = await import('../options/convertEntries.ts');
  expect(() => checkConvertOptions(wrong)).toThrow('an id from 0 to 29');
});

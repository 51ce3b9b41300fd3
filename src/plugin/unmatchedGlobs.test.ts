import { expect, it } from 'vitest';
import type { ModelOptions } from '../project/options/options.ts';
import type { Host } from './hosts/host.ts';
import { trackGlobs } from './unmatchedGlobs.ts';

const host: Pick<Host, 'root'> = { root: () => '/app' };

function warningsFor(models: Readonly<Record<string, ModelOptions>>, ...ids: readonly string[]): readonly string[] {
  const globs = trackGlobs(host, { models });
  for (const id of ids) globs.addModel(id);
  return globs.endBuild().map(({ code, message, hint }) => `${code}: ${message}. ${hint}`);
}

it('warns about a glob that matches no imported model', () => {
  expect(warningsFor({ 'src/*.onnx': {}, 'src/det.onnx': {} }, '/app/src/rec.onnx?ncnn')).toEqual([
    'glob-unmatched: the glob "src/det.onnx" in the option `models` matches no imported model. Correct the glob. Imported models: src/rec.onnx.',
  ]);
});

it('does not warn if each glob matches a model', () => {
  expect(warningsFor({ '**/det.onnx': {}, './src/*.pt2': {} }, '/lib/det.onnx?ncnn', '/app/src/a.pt2?ncnn')).toEqual([]);
});

it('does not warn in a build without models', () => {
  expect(warningsFor({ '**/det.onnx': {} })).toEqual([]);
});

it('forgets the models of the previous build', () => {
  const globs = trackGlobs(host, { models: { '**/det.onnx': {} } });
  globs.addModel('/app/det.onnx?ncnn');
  expect(globs.endBuild()).toEqual([]);
  globs.addModel('/app/rec.onnx?ncnn');
  expect(globs.endBuild()).toHaveLength(1);
});

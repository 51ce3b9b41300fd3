import type { Diagnostic } from '../../../src/diagnostics/diagnostic.ts';

/** Extensions of files with a graph; each such file is a model. */
const structures: readonly string[] = [
  ...['.onnx', '.param', '.prototxt', '-symbol.json'],
  ...['.pt2', '.pt', '.pth', '.ptl', '.jit', '.torchscript', '.ckpt', '.safetensors'],
];

/** Extensions of two files that belong together: the graph and its weights. */
const pairs: readonly (readonly [structure: string, weights: string])[] = [
  ['.prototxt', '.caffemodel'],
  ['-symbol.json', '-0000.params'],
  ['.param', '.bin'],
];

/** Whether a name ends in a text, ignoring case. */
function endsIn(name: string, ending: string): boolean {
  return name.toLowerCase().endsWith(ending);
}

/** The kinds of weights by their extension. */
function weightsEnding(weights: string): string {
  return weights.slice(weights.lastIndexOf('.'));
}

/**
 * The files of a folder that can be opened as models, sorted: those with a graph. If there are none, weights whose graph is missing; and
 * if there are none of these either, all files, so that the converter can say what they are.
 */
export function modelsAmong(names: readonly string[]): readonly string[] {
  const models = names.filter((name) => structures.some((ending) => endsIn(name, ending)));
  const alone = pairs.flatMap(([structure, weights]) => {
    const hasStructure = names.some((name) => endsIn(name, structure));
    return hasStructure ? [] : names.filter((name) => endsIn(name, weightsEnding(weights)));
  });
  const found = models.length > 0 ? models : alone;
  const shown = found.length > 0 ? found : names.filter((name) => !name.split('/').some((part) => part.startsWith('.')));
  return [...shown].sort((left, right) => left.split('/').length - right.split('/').length || (left < right ? -1 : 1));
}

/** The name that the other file of a model has as a rule; `undefined` for models of one file. */
export function usualPartner(model: string): string | undefined {
  for (const [structure, weights] of pairs) {
    if (endsIn(model, structure)) return `${model.slice(0, -structure.length)}${weights}`;
    const ending = weightsEnding(weights);
    if (endsIn(model, ending)) return `${model.slice(0, -ending.length).replace(/-\d{4,}$/, '')}${structure}`;
  }
  return undefined;
}

/** Names of the files without which a model cannot be read, as its diagnostics say. */
export function missingFiles(diagnostics: readonly Diagnostic[], model: string): readonly string[] {
  const own = model.slice(model.lastIndexOf('/') + 1);
  const names = diagnostics
    .filter(({ code }) => code === 'file-missing')
    .map(({ place }) => place.side ?? (place.file === undefined || place.file === own ? usualPartner(own) : place.file));
  return [...new Set(names.filter((name) => name !== undefined))];
}

/**
 * The missing file that a new file provides: the one with its name, or the only one with its extension. `undefined` if it provides none and
 * is another model.
 */
export function missingFileOf(added: string, missing: readonly string[]): string | undefined {
  const base = added.slice(added.lastIndexOf('/') + 1);
  const named = missing.find((name) => name.slice(name.lastIndexOf('/') + 1) === base);
  if (named !== undefined) return named;
  const ending = base.slice(base.lastIndexOf('.')).toLowerCase();
  const fitting = missing.filter((name) => endsIn(name, ending));
  return fitting.length === 1 ? fitting[0] : undefined;
}

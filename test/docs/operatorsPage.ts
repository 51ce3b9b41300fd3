import { decompositions } from '../../src/graph/decompositions/index.ts';
import { operators, privateDomain } from '../../src/graph/ops/index.ts';
import { lowerings } from '../../src/lower/index.ts';

/** Why operators are rejected always, or unless all their operands are constant. */
export const refused: Readonly<Record<string, string>> = {
  Adagrad: 'training',
  Adam: 'training',
  Bernoulli: 'random',
  BitCast: 'ncnn has no access to the bits of a number',
  Det: 'no layer of ncnn computes determinants',
  'ai.onnx.preview.training:Gradient': 'training',
  If: 'resolved if the condition is constant; ncnn has no control flow',
  ImageDecoder: 'decodes image files',
  MaxUnpool: 'output positions depend on the data',
  MelWeightMatrix: 'its sizes must be constant; then it is folded',
  Momentum: 'training',
  Multinomial: 'random',
  NonMaxSuppression: 'the number of boxes depends on the data; cut the graph before it, as the message says',
  NonZero: 'the number of entries depends on the data',
  RandomNormal: 'random',
  RandomNormalLike: 'random',
  RandomUniform: 'random',
  RandomUniformLike: 'random',
  RegexFullMatch: 'text',
  Constant: 'is constant',
  Shape: 'sizes are known during conversion, or stay symbols',
  Size: 'sizes are known during conversion, or stay symbols',
  StringConcat: 'text',
  StringNormalizer: 'text',
  StringSplit: 'text',
  TfIdfVectorizer: 'counts words',
  Unique: 'the number of entries depends on the data',
};

/** `converted`, `written out` … as the sources have it. */
function supportOf(name: string): readonly string[] {
  const support: string[] = [];
  if (lowerings.has(name)) support.push('layers of ncnn');
  else if (name === 'SequenceConstruct' || decompositions.some((entry) => entry.operators.includes(name))) support.push('other operators');
  if (operators.get(name)?.evaluate !== undefined) support.push('folded');
  return support;
}

/** Whether a node of the operator can be converted with dynamic operands. */
export function isConverted(name: string): boolean {
  return supportOf(name).some((support) => support !== 'folded');
}

/** The page of the documentation that lists the operators of ONNX, in Markdown. */
export function operatorsPage(): string {
  const names = new Set([
    ...operators.keys(),
    ...lowerings.keys(),
    ...decompositions.flatMap((entry) => entry.operators),
    ...Object.keys(refused),
  ]);
  const sorted = [...names].filter((name) => !isInternal(name)).sort((left, right) => (left < right ? -1 : 1));
  const converted = sorted.filter(isConverted);
  const own = converted.filter((name) => !name.includes(':'));
  const rows = sorted.map(
    (name) => `| ${name} | ${isConverted(name) ? 'yes' : 'no'} | ${supportOf(name).join(', ')} | ${refused[name] ?? ''} |`,
  );
  return `${[
    '# Operators of ONNX',
    '',
    '<!-- Written by `npm run docs` from the sources: change it there. -->',
    '',
    `The converter reads models of every operator set. It converts ${own.length} operators of ONNX and ${converted.length - own.length} of other domains to`,
    'layers of ncnn, or decomposes them into operators that become layers. Operators marked as folded are computed during the conversion if all',
    'of their inputs are constant by then, so operators that only compute shapes disappear. If ncnn cannot compute a particular use of an',
    'operator, the message says which.',
    '',
    '| operator | converted | by | limitation |',
    '| --- | --- | --- | --- |',
    ...rows,
  ].join('\n')}\n`;
}

/** Operators that only rewrites and importers create. */
function isInternal(name: string): boolean {
  return name.startsWith(`${privateDomain}:`);
}

import { argumentsFor } from '../../src/cli/output/shellHints.ts';
import { type CatalogueEntry, catalogue, type DiagnosticCode, type Severity } from '../../src/diagnostics/catalogue/index.ts';
import { queryParameters } from '../../src/project/imports/importHints.ts';

const severities: readonly { readonly severity: Severity; readonly title: string; readonly about: string }[] = [
  { severity: 'error', title: 'Errors', about: 'The conversion fails and nothing is written. All errors are reported at once.' },
  { severity: 'warning', title: 'Warnings', about: 'The model is converted. Check whether the warning matters to you.' },
  { severity: 'info', title: 'Notes', about: 'Information that you need to use the result.' },
];

/** The page of the documentation that lists every diagnostic code, in Markdown. */
export function diagnosticsPage(): string {
  const codes = Object.keys(catalogue).filter(isCode).sort();
  const sections = severities.flatMap(({ severity, title, about }) => [
    `## ${title}`,
    '',
    about,
    '',
    ...codes.filter((code) => catalogue[code].severity === severity).flatMap(section),
  ]);
  return [...introduction, ...sections].join('\n').trimEnd().concat('\n');
}

const introduction = [
  '# Diagnostics',
  '',
  '<!-- Written by `npm run docs` from src/diagnostics/catalogue/index.ts: change it there. -->',
  '',
  'Every error and warning has a stable code that scripts can match. The command line, the bundler and the `diagnostics` of a thrown',
  '`NcnnError` report each with a message that names the problem and a hint that says what to do. With `--json` they are objects:',
  '',
  '```json',
  '{',
  '  "code": "operator-unsupported",',
  '  "severity": "error",',
  '  "message": "ncnn has no layer for TopK",',
  '  "hint": "Cut the graph before this node, or export the model without it. Use `--output scores` to convert the part before it.",',
  '  "advice": [{ "option": "outputs", "names": ["scores"] }],',
  '  "place": { "file": "det.onnx", "node": "topk_0", "operator": "TopK", "opset": 17, "shapes": ["[1,100]", "[1]"] }',
  '}',
  '```',
  '',
  '`advice` lists the options of the hint as data: `option` is the name in `convert`, and the other fields are its values. Entries of different',
  'options are alternatives. Fields without a known value are absent, such as the name of an input.',
  '',
  '`place` contains the fields that are known: `file`, `node`, `operator`, `opset`, `shapes` (of the inputs of the node), `path` (the nodes that',
  'lead to it, beginning with an input), `line` and `column` in a text file, `offset` in bytes in a binary file.',
  '',
];

function section(code: DiagnosticCode): readonly string[] {
  const { summary, remedy, advice = [] }: CatalogueEntry = catalogue[code];
  const options = advice.map((entry) => {
    const [query = ''] = queryParameters(entry);
    return `\`${argumentsFor(entry).join(' ')}\`${query === '' ? '' : ` (\`${query}\` in a query)`}`;
  });
  return [
    `### ${code}`,
    '',
    summary,
    '',
    `What to do: ${remedy}`,
    '',
    ...(options.length === 0 ? [] : [`Options: ${options.join(', ')}.`, '']),
  ];
}

function isCode(name: string): name is DiagnosticCode {
  return Object.hasOwn(catalogue, name);
}

import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { formatBytes } from '../../diagnostics/render.ts';
import { visible } from '../../diagnostics/visible.ts';
import type { ManifestBinding } from '../../emit/manifest.ts';
import type { ConvertedModel } from '../../project/conversion/convertedModel.ts';
import { forImports } from '../../project/imports/importHints.ts';

/** A model of the project in the list. */
export interface ListedModel {
  /** Its name in the list: the path from the root, with the query of the import. */
  readonly name: string;
  /** URL of its report. */
  readonly report: string;
  readonly state: ModelState;
}

/** The state of its conversion; `waiting` if it was not requested yet. */
export type ModelState =
  | { readonly kind: 'waiting' }
  | { readonly kind: 'converted'; readonly model: ConvertedModel }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };

/** The page that lists the models of a project. It is self-contained and runs no code. */
export function renderModelsPage(models: readonly ListedModel[]): string {
  const count = `${models.length} ${models.length === 1 ? 'model' : 'models'}`;
  const list =
    models.length === 0
      ? "<p>No models yet. Add <code>import net from './net.onnx?ncnn'</code> to a source.</p>"
      : models.map(entry).join('\n');
  return page('ncnn models', `<h1>ncnn models</h1>\n<p>${count} imported by the project.</p>\n${list}`);
}

/** Replaces the report of a model that does not convert. */
export function renderFailurePage(name: string, diagnostics: readonly Diagnostic[]): string {
  return page(name, `<h1>${text(name)}</h1>\n${problems(diagnostics)}\n<p><a href="./">All models</a></p>`);
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

const style = `
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: CanvasText; background: Canvas; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
article { margin-top: 1rem; padding: 1rem; border: 1px solid color-mix(in srgb, CanvasText 20%, Canvas); border-radius: 8px; }
h2 { font-size: 1.05rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
dt { color: color-mix(in srgb, CanvasText 65%, Canvas); }
dd { margin: 0; overflow-wrap: anywhere; }
code { font-family: ui-monospace, monospace; font-size: .9em; }
p { margin: .5rem 0; }
.error { border-left: 4px solid #d33; padding-left: .75rem; }
.warning { border-left: 4px solid #c80; padding-left: .75rem; }
.info { border-left: 4px solid #38c; padding-left: .75rem; }
`;

function entry({ name, report, state }: ListedModel): string {
  const title = `<h2><a href="${text(report)}">${text(name)}</a></h2>`;
  return `<article>\n${title}\n${stateOf(state)}\n</article>`;
}

function stateOf(state: ModelState): string {
  switch (state.kind) {
    case 'waiting':
      return '<p>Not converted yet; open its report to convert it.</p>';
    case 'failed':
      return problems(state.diagnostics);
    case 'converted':
      return summary(state.model);
  }
}

function summary({ description, format, diagnostics }: ConvertedModel): string {
  const { inputs, outputs, layers, blobs, binLength, hash, minNcnnVersion } = description;
  const facts = [
    ['format', text(format)],
    ['inputs', inputs.map(binding).join('<br>')],
    ['outputs', outputs.map(binding).join('<br>')],
    ['net', `${layerCount(layers)}, ${blobs.length} blobs`],
    ['weights', formatBytes(binLength)],
    ['hash', `<code>${text(hash)}</code>`],
    ['needs', `ncnn ${text(minNcnnVersion)} or newer`],
  ];
  const rows = facts.map(([term, value]) => `<dt>${term}</dt><dd>${value}</dd>`).join('\n');
  return [`<dl>\n${rows}\n</dl>`, problems(diagnostics)].join('\n');
}

/** Like the report and the command line, counts Split layers separately, because they copy nothing. */
function layerCount(layers: ConvertedModel['description']['layers']): string {
  const splits = layers.filter(({ type }) => type === 'Split').length;
  return `${layers.length - splits} layers${splits === 0 ? '' : ` and ${splits} Split`}`;
}

function binding({ name, dtype, shape }: ManifestBinding): string {
  return `<code>${text(name)}</code> ${text(dtype)} [${text(shape.join(', '))}]`;
}

function problems(diagnostics: readonly Diagnostic[]): string {
  return forImports(diagnostics).map(problem).join('\n');
}

function problem({ code, severity, message, hint, place }: Diagnostic): string {
  const where = place.node === undefined ? '' : ` <code>${text(place.node)}</code>`;
  return `<p class="${severity}"><strong>${severity} ${text(code)}</strong>${where}: ${text(message)}<br>${text(hint)}</p>`;
}

/** Names come from model files, so they are escaped as text. */
function text(value: string): string {
  return visible(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

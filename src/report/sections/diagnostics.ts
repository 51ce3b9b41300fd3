import type { ReportData } from '../data.ts';
import { type Markup, markup } from '../markup.ts';

/** The diagnostics of the conversion. */
export function diagnosticsSection({ diagnostics }: ReportData): Markup {
  const items = diagnostics.map(({ code, severity, message, hint, place }) => {
    const where = place.node === undefined ? undefined : markup` <code>${place.operator ?? ''} ${place.node}</code>`;
    return markup`<li class="${severity}"><span class="severity">${severity}</span><div><p>${message}${where}</p><p class="hint">${hint} <code>${code}</code></p></div></li>`;
  });
  return markup`<section><h2>Diagnostics</h2>${items.length === 0 ? markup`<p class="quiet">No diagnostics: the model converts as it is.</p>` : markup`<ul class="diagnostics">${items}</ul>`}</section>`;
}

import type { ManifestBinding } from '../../emit/manifest.ts';
import type { ReportData } from '../data.ts';
import { type Markup, markup } from '../markup.ts';

/** Inputs and outputs: their names in the model, and the blobs that ncnn reads or returns. */
export function portsSection({ inputs, outputs }: ReportData): Markup {
  return markup`<section class="ports" aria-label="Inputs and outputs"><div><h2>Inputs</h2>${table(inputs, 'fed')}</div><div><h2>Outputs</h2>${table(outputs, 'extracted')}</div></section>`;
}

function table(bindings: readonly ManifestBinding[], verb: string): Markup {
  const rows = bindings.map(({ name, dtype, shape, blob, blobId, ncnnShape, feed, batch }) => {
    const repeated = batch !== undefined && batch > 1 ? markup` <small>once for each of ${batch} samples</small>` : undefined;
    const net =
      blob === null
        ? markup`<td colspan="2" class="quiet">not used by the net</td>`
        : markup`<td><code>${blob}</code> <small>${blobId ?? ''}</small></td><td>${feed} <code>${ncnnShape.join(' × ')}</code>${repeated}</td>`;
    return markup`<tr><th scope="row">${name}</th><td>${dtype} <code>${shape.length === 0 ? 'scalar' : shape.join(' × ')}</code></td>${net}</tr>`;
  });
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${verb}"><table><thead><tr><th scope="col">Name</th><th scope="col">In the model</th><th scope="col">Blob</th><th scope="col">Is ${verb}</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

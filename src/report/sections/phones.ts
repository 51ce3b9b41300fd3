import type { ReportData } from '../data.ts';
import { familyOf } from '../family.ts';
import { type Markup, markup } from '../markup.ts';
import { lossClass, type PhoneRun } from '../phoneLoss.ts';

/** Number of layers in the list. */
const maxListed = 25;

/** What fp16 does to the layers on phones, where the net was calibrated: those with the largest loss by name. */
export function phonesSection({ after }: ReportData, run: PhoneRun): Markup {
  const layers = after.flatMap((layer) => (layer.loss === undefined ? [] : [{ ...layer, phone: layer.loss }]));
  const size = ({ phone }: (typeof layers)[number]): number => phone.loss ?? Number.MAX_VALUE;
  const rows = [...layers]
    .sort((left, right) => size(right) - size(left))
    .slice(0, maxListed)
    .map(
      ({ id, type, name, phone }) =>
        markup`<tr class="${familyOf(type)}"><td><a href="#layer-${id}" data-layer="${id}">${name}</a></td><td>${type}</td><td class="number">${figure(phone.largest)}</td><td class="number"><span class="${lossClass(phone)}">${percent(phone.loss)}</span></td><td>${phone.mask === undefined ? '' : `31=${phone.mask}`}</td></tr>`,
    );
  return markup`<section><h2>On phones, in fp16</h2><p>The outputs lose ${percent(run.before)}, and ${percent(run.after)} with the masks below. In the drawing, the border of a layer shows its loss: <span class="loss-small">below 0.1 %</span>, <span class="loss-medium">below 1 %</span>, <span class="loss-large">1 % or more</span>, <span class="loss-overflow">overflow</span>, <span class="loss-kept">kept in fp32 by a mask</span>.</p><div class="scroll" tabindex="0" role="region" aria-label="Layers with the largest loss"><table class="heavy"><thead><tr><th scope="col">Name</th><th scope="col">Layer</th><th scope="col" class="number">Largest value</th><th scope="col" class="number">Loss</th><th scope="col">Mask</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function percent(loss: number | null): string {
  return loss === null ? 'overflow' : `${figure(100 * loss)} %`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(2)));
}

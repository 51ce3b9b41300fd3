import { writeNpy } from '../../../src/execution/npy.ts';
import { button, element } from '../dom/element.ts';
import { formatSizes } from '../dom/format.ts';
import { saveBlob } from '../dom/save.ts';
import type { OutputTensor } from '../worker/messages.ts';
import { outputViews, type ViewName } from './outputViews.ts';
import { boxesView } from './views/boxes.ts';
import { heatMapView } from './views/heatMap.ts';
import { inputPlane, type PlacedPicture } from './views/mapBoxes.ts';
import { numbersView } from './views/numbers.ts';
import { rowClassesView } from './views/rowClasses.ts';
import { topClassesView } from './views/topClasses.ts';
import { waveformView } from './views/waveform.ts';

/** The context for showing outputs. */
export interface OutputContext {
  readonly picture: { readonly bitmap: ImageBitmap; readonly placed: PlacedPicture } | undefined;
  /** Names of classes, by their numbers. */
  readonly classNames: readonly string[];
  /** The view of an output that the visitor chose, by the name of the output. */
  readonly chosen: Map<string, ViewName>;
}

/** An output in the view that fits its shape, with a choice of the other views. */
export function outputCard(output: OutputTensor, context: OutputContext): HTMLElement {
  const views = outputViews(output, context.picture === undefined ? undefined : inputPlane(context.picture.placed));
  const body = element('div', { class: 'outputBody' });
  const buttons = views.map((view) =>
    button(view, () => {
      context.chosen.set(output.name, view);
      show(view);
    }),
  );
  const show = (view: ViewName): void => {
    for (const [index, each] of views.entries()) buttons[index]?.setAttribute('aria-pressed', String(each === view));
    body.replaceChildren(viewOf(view, output, context));
  };
  const chosen = context.chosen.get(output.name);
  const first = chosen !== undefined && views.includes(chosen) ? chosen : (views[0] ?? 'numbers');
  show(first);
  const save = button(
    '.npy',
    () =>
      saveBlob(
        `${output.name.replaceAll(/[^\w.-]+/g, '_')}.npy`,
        new Blob(writeNpy(output.data, output.shape).map((piece) => Uint8Array.from(piece))),
      ),
    {
      class: 'plain',
      title: 'Save the values for NumPy',
    },
  );
  return element(
    'section',
    { class: 'outputCard', 'aria-label': `Output ${output.name}` },
    element(
      'header',
      {},
      element('h3', {}, element('code', {}, output.name), ' ', element('small', {}, formatSizes(output.shape))),
      element('div', { class: 'choice', role: 'group', 'aria-label': `View of ${output.name}` }, ...buttons),
      save,
    ),
    body,
  );
}

function viewOf(view: ViewName, output: OutputTensor, { picture, classNames }: OutputContext): HTMLElement {
  switch (view) {
    case 'boxes':
      return picture === undefined ? numbersView(output) : boxesView(output, picture.bitmap, picture.placed);
    case 'heat map':
      return heatMapView(output);
    case 'top classes':
      return topClassesView(output, classNames);
    case 'best of each row':
      return rowClassesView(output, classNames);
    case 'waveform':
      return waveformView(output);
    case 'numbers':
      return numbersView(output);
  }
}

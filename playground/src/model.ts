import type { NcnnTensor } from 'unplugin-ncnn/runtime';
import { element, formatBytes, formatShape } from './element.ts';
import { showLayers } from './layers.ts';
import type { Entry } from './models.ts';
import { showWeights } from './weights.ts';

/** All that is known of a model, as sections of the page. */
export function showModel(entry: Entry): readonly HTMLElement[] {
  const { model, details } = entry;
  return [
    element(
      'section',
      { class: 'intro' },
      element('h2', {}, entry.title),
      element('p', {}, entry.about),
      importStatement(entry),
      facts([
        ['Layers', String(details.layers.length), `${Object.keys(model.blobs).length} blobs`],
        ['Weights', formatBytes(model.binLength), details.precision],
        ['Structure', formatBytes(model.param.byteLength), 'in the module'],
        ['Source', formatBytes(details.sourceBytes), details.file],
        ['Runs on ncnn', model.minNcnnVersion.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'), 'or newer'],
      ]),
    ),
    element(
      'section',
      { class: 'ends' },
      ends('Inputs', 'feed', Object.values(model.inputs)),
      ends('Outputs', 'extract', Object.values(model.outputs)),
    ),
    showWeights(model, details.precision),
    showLayers(details.layers, model.layers),
    notes(entry),
  ];
}

function importStatement({ key, specifier }: Entry): HTMLElement {
  const code = `import ${key} from '${specifier}'`;
  const copy = element('button', { type: 'button', class: 'quiet' }, 'Copy');
  copy.addEventListener('click', async () => {
    const done = await navigator.clipboard.writeText(code).then(
      () => true,
      () => false,
    );
    copy.textContent = done ? 'Copied' : 'Select it by hand';
    setTimeout(() => {
      copy.textContent = 'Copy';
    }, 2000);
  });
  const [path = '', query = ''] = specifier.split('?');
  const line = element('code', {}, word('import'), ` ${key} `, word('from'), ` '${path}`, element('mark', {}, `?${query}`), "'");
  return element('div', { class: 'code' }, element('pre', { tabindex: '0' }, line), copy);
}

function word(text: string): HTMLElement {
  return element('b', {}, text);
}

function facts(list: readonly (readonly [name: string, value: string, remark: string])[]): HTMLElement {
  return element(
    'dl',
    { class: 'facts' },
    ...list.map(([name, value, remark]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, value, element('small', { title: remark }, remark))),
    ),
  );
}

/** Inputs or outputs: what the source calls them, and what ncnn wants or gives. */
function ends(title: string, verb: string, tensors: readonly NcnnTensor[]): HTMLElement {
  const cards = tensors.map(({ name, dtype, shape, blob, blobId, ncnnShape, feed, batch }) =>
    element(
      'li',
      {},
      element('p', { class: 'name' }, element('strong', {}, name), element('span', { class: 'tag' }, dtype)),
      element('p', { class: 'shape' }, formatShape(shape)),
      blob === null
        ? element('p', { class: 'blob' }, 'not used by the net')
        : element(
            'p',
            { class: 'blob' },
            `${verb} blob `,
            element('code', {}, blob),
            ` (id ${blobId}) as ${feed} `,
            element('strong', {}, formatShape(ncnnShape)),
            batch !== undefined && batch !== 1 ? `, once for each of ${batch} samples` : '',
          ),
    ),
  );
  return element('div', {}, element('h3', {}, title), element('ul', { class: 'tensors' }, ...cards));
}

/** What the converter said, and what its optimizer did. */
function notes({ details, model }: Entry): HTMLElement {
  const said = details.diagnostics.map(({ severity, message, hint }) =>
    element(
      'li',
      { class: severity },
      element('span', { class: 'tag' }, severity),
      element('p', {}, `${message}. `, element('small', {}, hint)),
    ),
  );
  const passes = details.passes.map(({ name, times }) => element('li', {}, element('code', {}, name), ` ${times} ×`));
  return element(
    'section',
    {},
    element('h3', {}, 'Conversion'),
    element('ul', { class: 'said' }, ...(said.length > 0 ? said : [element('li', { class: 'fine' }, 'No warnings.')])),
    passes.length > 0 ? element('p', { class: 'lead' }, 'What the optimizer changed, and how often') : undefined,
    passes.length > 0 ? element('ul', { class: 'passes' }, ...passes) : undefined,
    element('p', { class: 'hash' }, 'Hash of net and weights: ', element('code', {}, model.hash)),
  );
}

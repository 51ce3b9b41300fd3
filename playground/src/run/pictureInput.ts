import type { NcnnTensor } from '../../../src/runtime/types.ts';
import { button, element } from '../dom/element.ts';
import { fileButton } from '../dom/fileButton.ts';
import type { InputSource } from '../worker/messages.ts';
import { Camera } from './camera.ts';
import type { InputControl } from './inputControl.ts';
import { freeSize, presetOptions, presets } from './preprocessing.ts';
import { samplePicture } from './samplePicture.ts';

/** Shows an error of a file or a device. */
type Report = (message: string) => void;

/** A picture: the sample, a file, one that is pasted, or what a camera sees. */
export function pictureInput(tensor: NcnnTensor, preset: string | undefined, run: () => Promise<void>, report: Report): InputControl {
  let picture: ImageBitmap | undefined;
  // The picture of the last run may still be on the page.
  let before: ImageBitmap | undefined;
  const preview = element('canvas', { class: 'preview', role: 'img', 'aria-label': `Picture for ${tensor.name}` });
  const show = (next: ImageBitmap): void => {
    before?.close();
    before = picture;
    picture = next;
    [preview.width, preview.height] = [next.width, next.height];
    preview.getContext('2d')?.drawImage(next, 0, 0);
  };
  const take = async (file: Blob): Promise<void> => {
    const decoded = await createImageBitmap(file).catch(() => undefined);
    if (decoded === undefined) return report('This browser cannot read the file as a picture.');
    show(decoded);
    await run();
  };
  const sample = async (): Promise<void> => show(await createImageBitmap(samplePicture()));
  const camera = new Camera(async (frame) => {
    show(frame);
    await run();
  });
  const preprocessing = selectOf('Preprocessing', presetTitles, preset ?? 'unit', run);
  const resize = selectOf('How the picture fits', sizes, preset === 'paddle' ? 'letterbox' : 'fit', run);
  const buttons = [
    element(
      'div',
      { class: 'row' },
      fileButton({ label: 'Picture', accept: 'image/*' }, (file) => file && void take(file)),
      cameraButton(camera, report),
      button('Sample', () => void sample().then(run)),
    ),
    element('p', { class: 'about' }, 'Pictures can also be pasted.'),
  ];
  const ending = listenForPictures(preview, take);
  return {
    element: element(
      'div',
      { class: 'pictureInput' },
      preview,
      ...buttons,
      element('div', { class: 'row' }, preprocessing.element, resize.element),
    ),
    source: async (): Promise<InputSource> => {
      if (picture === undefined) await sample();
      if (picture === undefined) return { kind: 'random' };
      const chosen = presets.find(({ key }) => key === preprocessing.value()) ?? presets[0] ?? { key: '', title: '', options: {} };
      const isFree = tensor.shape.slice(-3).some((size) => typeof size === 'string');
      const size = isFree ? { size: freeSize(picture.width, picture.height) } : {};
      return { kind: 'picture', picture, options: { ...presetOptions(chosen, tensor.shape, resizeOf(resize.value())), ...size } };
    },
    picture: () => picture,
    dispose: () => {
      ending.abort();
      camera.stop();
      before?.close();
      picture?.close();
      picture = undefined;
    },
  };
}

const presetTitles = presets.map(({ key, title }): readonly [string, string] => [key, title]);

const sizes: readonly (readonly [string, string])[] = [
  ['fit', 'stretched'],
  ['letterbox', 'whole, with bars'],
  ['cover', 'cut off'],
];

function resizeOf(value: string): 'fit' | 'letterbox' | 'cover' {
  return value === 'letterbox' || value === 'cover' ? value : 'fit';
}

function selectOf(label: string, entries: readonly (readonly [string, string])[], value: string, onChange: () => void) {
  const options = entries.map(([key, title]) => element('option', { value: key, selected: key === value }, title));
  const select = element('select', { 'aria-label': label, onchange: () => onChange() }, ...options);
  return { element: select, value: (): string => select.value };
}

function cameraButton(camera: Camera, report: Report): HTMLElement {
  const toggle = button('Camera', async () => {
    if (camera.isOn) camera.stop();
    else
      await camera
        .start()
        .catch((error: unknown) => report(`The camera cannot be used: ${error instanceof Error ? error.message : error}`));
    toggle.setAttribute('aria-pressed', String(camera.isOn));
    toggle.textContent = camera.isOn ? 'Stop the camera' : 'Camera';
  });
  toggle.setAttribute('aria-pressed', 'false');
  return toggle;
}

/** Takes pictures that are pasted while the input is shown. */
function listenForPictures(preview: HTMLElement, take: (file: File) => Promise<void>): AbortController {
  const ending = new AbortController();
  const onPaste = (event: ClipboardEvent): void => {
    const file = [...(event.clipboardData?.files ?? [])].find(({ type }) => type.startsWith('image/'));
    if (file === undefined || preview.offsetParent === null) return;
    event.preventDefault();
    void take(file);
  };
  document.addEventListener('paste', onPaste, { signal: ending.signal });
  return ending;
}

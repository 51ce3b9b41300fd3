import type { NcnnTensor } from '../../../src/runtime/types.ts';
import { button, element } from '../dom/element.ts';
import { fileButton } from '../dom/fileButton.ts';
import type { InputControl } from './inputControl.ts';
import { drawWave } from './views/waveform.ts';

/** Samples per second that speech nets expect. */
const usualRate = 16000;
/** Length of a recording, in seconds. */
const recordSeconds = 2;

/** A sound: the sample, a file, or what the microphone hears. */
export function soundInput(tensor: NcnnTensor, run: () => Promise<void>, report: (message: string) => void): InputControl {
  let samples = sampleSound(usualRate);
  const wave = element('canvas', { class: 'wave', role: 'img', 'aria-label': `Sound for ${tensor.name}` });
  const rate = element('input', { inputmode: 'numeric', value: usualRate, 'aria-label': 'Samples per second', size: 7 });
  const show = async (next: Float32Array): Promise<void> => {
    samples = next;
    drawWave(wave, samples);
    await run();
  };
  const decode = async (file: Blob): Promise<void> => {
    const context = new OfflineAudioContext(1, 1, Number(rate.value) || usualRate);
    const decoded = await context.decodeAudioData(await file.arrayBuffer()).catch(() => undefined);
    if (decoded === undefined) report('This browser cannot read the file as a sound.');
    else await show(mono(decoded));
  };
  const choose = fileButton({ label: 'Sound', accept: 'audio/*' }, (file) => file && void decode(file));
  const microphone = button('Microphone', async () => {
    microphone.disabled = true;
    microphone.textContent = `Recording ${recordSeconds} s …`;
    await record().then(decode, (error: unknown) =>
      report(`The microphone cannot be used: ${error instanceof Error ? error.message : error}`),
    );
    microphone.disabled = false;
    microphone.textContent = 'Microphone';
  });
  const sample = button('Sample', () => void show(sampleSound(Number(rate.value) || usualRate)));
  requestAnimationFrame(() => drawWave(wave, samples));
  return {
    element: element(
      'div',
      { class: 'soundInput' },
      wave,
      element('div', { class: 'row' }, choose, microphone, sample, rate, 'samples per second'),
    ),
    source: async () => ({ kind: 'values', values: samples }),
    dispose: () => {},
  };
}

/** One second of a rising tone. */
function sampleSound(rate: number): Float32Array {
  return Float32Array.from({ length: rate }, (_, index) => {
    const time = index / rate;
    return 0.5 * Math.sin(2 * Math.PI * (220 * time + 660 * time * time)) * Math.sin(Math.PI * time);
  });
}

/** Mixes the channels of a sound into one. */
function mono(sound: AudioBuffer): Float32Array {
  const mixed = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const data = sound.getChannelData(channel);
    for (let index = 0; index < mixed.length; index++) mixed[index] = (mixed[index] ?? 0) + (data[index] ?? 0) / sound.numberOfChannels;
  }
  return mixed;
}

/** Records from the microphone. Rejects if there is none or access is denied. */
async function record(): Promise<Blob> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream);
  const parts: Blob[] = [];
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
  recorder.start();
  await new Promise((resolve) => setTimeout(resolve, recordSeconds * 1000));
  recorder.stop();
  await stopped;
  for (const track of stream.getTracks()) track.stop();
  return new Blob(parts, { type: recorder.mimeType });
}

import { classifyFrames } from './camera.js';
import { createDetector } from './detect.js';
import { createReader } from './read.js';
import { createObjectDetector } from './ssd.js';
import { createVoiceDetector, frameLength } from './voice.js';
import { createWakeWord, frameLength as wordLength } from './wakeWord.js';

const show = (id, value) => {
  document.getElementById(id).textContent = JSON.stringify(value);
};

const canvas = document.getElementById('picture');
const context = canvas.getContext('2d', { willReadFrequently: true });
context.fillStyle = 'white';
context.fillRect(0, 0, canvas.width, canvas.height);
context.fillStyle = 'black';
context.font = '36px sans-serif';
context.fillText('HELLO 2026', 50, 120);
context.fillText('ncnn', 120, 240);

async function readText() {
  const [detector, reader] = await Promise.all([createDetector(), createReader()]);
  const lines = [];
  for (const box of await detector.detect(canvas)) {
    const line = await createImageBitmap(canvas, box.left, box.top, box.right - box.left, box.bottom - box.top);
    lines.push({ text: await reader.read(line), box });
  }
  context.strokeStyle = 'red';
  for (const { left, top, right, bottom } of lines.map(({ box }) => box)) context.strokeRect(left, top, right - left, bottom - top);
  show('text', lines);
}

/** A tone that swells: no voice, but something to hear. */
function tone(length, start) {
  return Float32Array.from({ length }, (_, index) => 0.2 * Math.sin((start + index) * 0.15) * Math.sin((start + index) * 0.0007));
}

async function hearVoice() {
  const voice = await createVoiceDetector();
  const scores = [];
  for (let frame = 0; frame < 10; frame++) scores.push(await voice.next(tone(frameLength, frame * frameLength)));
  show('voice', scores);
  document.getElementById('microphone').addEventListener('click', () => listen(voice));
}

/** Feeds what the microphone hears, resampled to 16 kHz by the browser. */
async function listen(voice) {
  const audio = new AudioContext({ sampleRate: 16000 });
  const source = audio.createMediaStreamSource(await navigator.mediaDevices.getUserMedia({ audio: true }));
  // The simplest way to get samples; an AudioWorklet does it off the main thread.
  const tap = audio.createScriptProcessor(frameLength, 1, 1);
  tap.onaudioprocess = async ({ inputBuffer }) => show('voice', [await voice.next(inputBuffer.getChannelData(0).slice())]);
  source.connect(tap).connect(audio.destination);
}

async function hearWord() {
  const word = await createWakeWord();
  const scores = [];
  for (let frame = 0; frame < 5; frame++) scores.push(await word.next(tone(wordLength, frame * wordLength)));
  word.dispose();
  show('word', scores);
}

function watch() {
  const camera = classifyFrames((result) => show('camera', result));
  // In place of a camera: `video.srcObject = await navigator.mediaDevices.getUserMedia({ video: true })`.
  const stub = new OffscreenCanvas(192, 48);
  const drawn = stub.getContext('2d');
  drawn.fillStyle = 'white';
  drawn.fillRect(0, 0, 192, 48);
  drawn.fillStyle = 'black';
  drawn.font = '32px sans-serif';
  drawn.fillText('HELLO 2026', 4, 36);
  camera.frame(stub);
}

async function findSquares() {
  const detector = await createObjectDetector();
  const drawing = new OffscreenCanvas(256, 128);
  const drawn = drawing.getContext('2d');
  drawn.fillStyle = 'white';
  drawn.fillRect(0, 0, 256, 128);
  drawn.fillStyle = 'black';
  drawn.fillRect(32, 32, 32, 32);
  drawn.fillRect(128, 0, 96, 96);
  show('squares', await detector.detect(drawing));
  detector.dispose();
}

watch();
await Promise.all([readText(), findSquares(), hearVoice(), hearWord()]);

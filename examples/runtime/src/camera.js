/** Classifies frames in a worker: the page stays free, and a frame that comes while another is at work is left out. */
export function classifyFrames(onResult) {
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
  let isBusy = false;
  worker.addEventListener('message', ({ data }) => {
    isBusy = false;
    onResult(data);
  });
  return {
    /** Takes a video, a canvas or any other image. */
    async frame(source) {
      if (isBusy) return;
      isBusy = true;
      const bitmap = await createImageBitmap(source);
      worker.postMessage(bitmap, [bitmap]);
    },
    dispose: () => worker.terminate(),
  };
}

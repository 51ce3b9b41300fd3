/** Frames of a camera, one at a time: the next one is taken after the previous one is processed. */
export class Camera {
  readonly #onFrame: (frame: ImageBitmap) => Promise<void>;
  #stream: MediaStream | undefined;

  constructor(onFrame: (frame: ImageBitmap) => Promise<void>) {
    this.#onFrame = onFrame;
  }

  get isOn(): boolean {
    return this.#stream !== undefined;
  }

  /** Rejects if there is no camera or access is denied. */
  async start(): Promise<void> {
    const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 640 } } });
    this.#stream = stream;
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    await video.play();
    void this.#watch(video, stream);
  }

  stop(): void {
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#stream = undefined;
  }

  async #watch(video: HTMLVideoElement, stream: MediaStream): Promise<void> {
    while (this.#stream === stream) {
      await this.#onFrame(await createImageBitmap(video));
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    video.srcObject = null;
  }
}

/** An image as PaddleOCR trains on it: planes of blue, green and red, with values from -1 to 1. */
export async function pixelsOf(file: Blob, width: number, height: number): Promise<Float32Array> {
  const bitmap = await createImageBitmap(file);
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (context === null) throw new Error('this browser draws nothing');
  context.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  const { data } = context.getImageData(0, 0, width, height);
  const size = width * height;
  return Float32Array.from({ length: 3 * size }, (_, place) => {
    const [plane, pixel] = [Math.floor(place / size), place % size];
    return (data[4 * pixel + 2 - plane] ?? 0) / 127.5 - 1;
  });
}

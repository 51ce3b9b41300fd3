/** Label 0 is the background, which does not occur. Corners are fractions of the width and height of the image. */
export const detectionColumns: readonly string[] = ['label', 'score', 'xmin', 'ymin', 'xmax', 'ymax'];

/** Label 0 is the background, which does not occur; corners are in parts of the image's width and height. */
export const detectionColumns: readonly string[] = ['label', 'score', 'xmin', 'ymin', 'xmax', 'ymax'];

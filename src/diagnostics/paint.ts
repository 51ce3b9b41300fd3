/** Applies a style to a text, if the destination supports it. */
export type Paint = (style: Style, text: string) => string;

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** No colors at all. */
export const noColors: Paint = (_style, text) => text;

/** Gives a text a style, as far as what it is written to shows any. */
export type Paint = (style: Style, text: string) => string;

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';

/** No colors at all. */
export const noColors: Paint = (_style, text) => text;

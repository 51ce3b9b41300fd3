/**
 * Called before entries of a file are decoded, with their number and the byte offset: a message or value takes a few bytes in the file
 * and hundreds in memory. Throws to refuse a file with too many of them.
 */
export type CountEntries = (entries: number, offset: number) => void;

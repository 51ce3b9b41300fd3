/**
 * Called before entries of a file are decoded, with their number and the byte offset: a message or value takes a few bytes in the file and
 * hundreds in memory. Throws to reject a file with too many entries.
 */
export type CountEntries = (entries: number, offset: number) => void;

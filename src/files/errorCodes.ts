/** The code of an error of the operating system (`ENOENT`) or of Node (`MODULE_NOT_FOUND`); `undefined` for any other exception. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether the operating system refused a call, as it does for a full disk or a missing file. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && errorCode(error) !== undefined;
}

/** The result of an action, or `undefined` where it fails with one of the codes. Throws every other exception. */
export function undefinedOn<T>(codes: readonly string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (codes.includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Codes of a path at which there is no file. */
export const missingFile: readonly string[] = ['ENOENT', 'ENOTDIR'];

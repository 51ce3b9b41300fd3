/** The code of an error from the operating system (`ENOENT`) or from Node (`MODULE_NOT_FOUND`); `undefined` for any other exception. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** Whether a system call failed, for example because of a full disk or a missing file. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && errorCode(error) !== undefined;
}

/** The result of an action, or `undefined` if it fails with one of the codes. Other exceptions are rethrown. */
export function undefinedOn<T>(codes: readonly string[], action: () => T): T | undefined {
  try {
    return action();
  } catch (error) {
    if (codes.includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Error codes for a path without a file. */
export const missingFile: readonly string[] = ['ENOENT', 'ENOTDIR'];

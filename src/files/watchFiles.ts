import { unwatchFile, watchFile } from 'node:fs';

/** Milliseconds between two looks at a file; also how long all files must be at rest before a change is reported. */
const intervalMs = 200;

/** Notices changes of files, of those that do not exist yet as well. */
export interface FileWatcher {
  /** Watches these absolute paths too. */
  readonly follow: (files: Iterable<string>) => void;
  /** The files that changed since the last call, once there are some and none has changed for a moment. */
  readonly changed: () => Promise<ReadonlySet<string>>;
  readonly close: () => void;
}

/** Looks at the files themselves: notifications get lost on network folders, and where a program replaces a file. */
export function watchFiles(): FileWatcher {
  const followed = new Set<string>();
  let changed = new Set<string>();
  let report: ((files: ReadonlySet<string>) => void) | undefined;
  let atRest: NodeJS.Timeout | undefined;

  const settle = (): void => {
    clearTimeout(atRest);
    atRest = setTimeout(() => {
      if (report === undefined || changed.size === 0) return;
      report(changed);
      report = undefined;
      changed = new Set();
    }, intervalMs + 50);
  };

  return {
    follow: (files) => {
      for (const file of files) {
        if (followed.has(file)) continue;
        followed.add(file);
        watchFile(file, { interval: intervalMs }, (current, previous) => {
          // The first look at a file that does not exist is reported too.
          if (current.mtimeMs === previous.mtimeMs && current.ino === previous.ino && current.size === previous.size) return;
          changed.add(file);
          settle();
        });
      }
    },
    changed: () =>
      new Promise((resolve) => {
        report = resolve;
        settle();
      }),
    close: () => {
      clearTimeout(atRest);
      for (const file of followed) unwatchFile(file);
    },
  };
}

import { unwatchFile, watchFile } from 'node:fs';

/** Polling interval in milliseconds. A change is reported after all files have been unchanged for about this time. */
const intervalMs = 200;

/** Reports changes of files, including files that do not exist yet. */
export interface FileWatcher {
  /** Adds absolute paths to watch. */
  readonly follow: (files: Iterable<string>) => void;
  /** The files changed since the last call, once there are some and no file has changed for a moment. */
  readonly changed: () => Promise<ReadonlySet<string>>;
  readonly close: () => void;
}

/** Polls the files: notifications get lost on network folders, and when a program replaces a file. */
export function watchFiles(): FileWatcher {
  const followed = new Set<string>();
  let changed = new Set<string>();
  let report: ((files: ReadonlySet<string>) => void) | undefined;
  let settleTimer: NodeJS.Timeout | undefined;

  const settle = (): void => {
    clearTimeout(settleTimer);
    settleTimer = setTimeout(() => {
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
          // The first check of a file that does not exist is also reported.
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
      clearTimeout(settleTimer);
      for (const file of followed) unwatchFile(file);
    },
  };
}

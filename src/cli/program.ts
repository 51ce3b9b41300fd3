/** All that a command needs, as one script: `cli.ts` loads it in compiled form where the build has made it. */
export { runCommandThread } from './thread/commandThread.ts';
export { keepCompiled } from './thread/keepCompiled.ts';
export { runOneThread } from './thread/oneThread.ts';
export { runShareThread } from './thread/shareThread.ts';

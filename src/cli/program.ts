/** All commands as one script: `cli.ts` loads its compiled form if there is one. */
export { runCommandThread } from './thread/commandThread.ts';
export { keepCompiled } from './thread/keepCompiled.ts';
export { runOneThread } from './thread/oneThread.ts';
export { runShareThread } from './thread/shareThread.ts';

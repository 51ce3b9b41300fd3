import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The release of ncnn that the layer table of the sources describes. */
export const ncnnRelease = '20261020';

/** Changing a version changes the bytes of the result. */
const packages = ['ziglang==0.17.1', 'cmake==4.4.5', 'ninja==1.13.2', 'setuptools==84.2.1', 'wheel==0.48.0'];

/** The build cannot be done here, for want of a tool or a network: no fault of ours. */
export class Unavailable extends Error {}

/**
 * Installs compiler and build tools from PyPI into a virtual environment, once. Returns the paths of what is in it.
 * Throws {@link Unavailable} where there is no Python 3, or nothing can be installed.
 */
export function prepareTools(cache, python) {
  const folder = path.join(cache, 'tools');
  const bin = path.join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  const tool = (name) => path.join(bin, process.platform === 'win32' ? `${name}.exe` : name);
  const marker = path.join(folder, 'packages.txt');
  const isComplete = existsSync(marker);
  if (!isComplete) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    const base = [python, 'python3', 'python'].find((name) => name !== undefined && isPython3(name));
    if (base === undefined) throw new Unavailable('there is no Python 3 with the module venv here');
    attempt('a virtual environment', base, ['-m', 'venv', folder]);
    attempt('the compiler and build tools', tool('python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      ...packages,
    ]);
    writeFileSync(marker, packages.join('\n'));
  }
  const found = spawnSync(tool('python'), ['-c', 'import ziglang; print(ziglang.__path__[0])'], { encoding: 'utf8' });
  const zig = path.join(found.stdout.trim(), process.platform === 'win32' ? 'zig.exe' : 'zig');
  return { python: tool('python'), cmake: tool('cmake'), ninja: tool('ninja'), zig };
}

/** Downloads and unpacks the source distribution of ncnn, once. Returns its folder. */
export function fetchSources(cache, { python }) {
  const folder = path.join(cache, `ncnn-1.0.${ncnnRelease}`);
  if (existsSync(path.join(folder, 'CMakeLists.txt'))) return folder;
  const download = path.join(cache, 'download');
  rmSync(download, { recursive: true, force: true });
  mkdirSync(download, { recursive: true });
  // ncnn's setup.py takes the version from today's date, and pip refuses a version that it did not ask for.
  writeFileSync(
    path.join(download, 'sitecustomize.py'),
    `import time\ntime.localtime = lambda *seconds: time.strptime("${ncnnRelease}", "%Y%m%d")\n`,
  );
  const words = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--no-build-isolation'];
  attempt('the sources of ncnn', python, [...words, '--no-binary', 'ncnn', '--dest', download, `ncnn==1.0.${ncnnRelease}`], {
    PYTHONPATH: download,
  });
  const archive = readdirSync(download).find((name) => name.endsWith('.tar.gz'));
  const script = 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2])';
  attempt('the sources of ncnn', python, ['-c', script, path.join(download, archive ?? ''), cache]);
  rmSync(download, { recursive: true, force: true });
  return folder;
}

function isPython3(name) {
  const { stdout } = spawnSync(name, ['-c', 'import sys, venv; print(sys.version_info[0])'], { encoding: 'utf8' });
  return stdout?.trim() === '3';
}

function attempt(what, command, words, environment = {}) {
  const { status, stderr, error } = spawnSync(command, words, { encoding: 'utf8', env: { ...process.env, ...environment } });
  if (status !== 0)
    throw new Unavailable(`${what} cannot be installed: ${error?.message ?? stderr.trim().split('\n').slice(-3).join(' ')}`);
}

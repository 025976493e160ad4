import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { settings } from '../../server/config/settings.ts';
import { freePort } from '../support/childServer.ts';
import { runNpmTool } from '../support/npmTool.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const deploy = join(root, 'server/deploy');
const read = (...path: string[]) => readFileSync(join(deploy, ...path), 'utf8');
const dockerfile = read('container/Dockerfile');
let folder: string;

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
if (!hasSystemd) console.warn('NOT TESTED: the unit of systemd. Reason: systemd-analyze is missing: systemd');

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-deploy-'));
  await chmod(folder, 0o755);
  const archive = join(folder, 'bundle.tar.gz');
  expect(await runNpmTool('bundle', [archive])).toMatchObject({ code: 0, error: '' });
  expect(spawnSync('tar', ['-xzf', archive, '-C', folder])).toMatchObject({ status: 0 });
  await rm(archive);
  // All that was in the archive, or left beside it.
  const unpacked = await readdir(folder);
  expect(unpacked).toEqual([expect.stringMatching(/^sealroom-\d+\.\d+\.\d+-linux-\w+$/)]);
  await rename(join(folder, ...unpacked), join(folder, 'out'));
}, 300_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The JSON form of an instruction of the Dockerfile's last stage, such as `["/sealroom/node", "server/main.ts"]`. */
function instruction(name: string): string[] {
  const found = dockerfile.match(new RegExp(`^${name}.*?(\\[.*\\])$`, 'm'))?.[1];
  return z.array(z.string()).parse(JSON.parse(found ?? 'null'));
}

/** What the Dockerfile sets in the environment of its last stage. */
function environment(): Record<string, string> {
  const block = /^ENV ((?:.*\\\n)*.*)$/m.exec(dockerfile.slice(dockerfile.lastIndexOf('\nFROM ')))?.[1] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/(\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

/** Libraries that others load when they run, which `ldd` does not tell. */
const loadedLater = ['libsoftokn3.so', 'libfreebl3.so', 'libfreeblpriv3.so'];

/** Where this machine has the libraries that the bundle brings, or has to. */
function ownLibraries(): string[] {
  const { stdout } = spawnSync('ldd', [join(folder, 'out/mediasoup-worker')], { encoding: 'utf8' });
  const folders = new Set([...stdout.matchAll(/=> (\/\S+)/g)].map(([, path = '']) => dirname(path)));
  const names = new Set([...readdirSync(join(folder, 'out/lib')), ...loadedLater]);
  return [...names].flatMap((name) =>
    [...folders]
      .flatMap((each) => [join(each, name), join(each, 'nss', name)])
      .filter((path) => existsSync(path)),
  );
}

/** How long that may take: many programs start one after the other, on a machine that may be busy. */
const CONTAINED_MS = 150_000;

/**
 * Runs shell lines as the container would: no network but loopback, the program's tree read-only at its place, none of
 * the libraries it brings on the machine, a user without rights.
 */
function contained(lines: string, env: Record<string, string>): { code: number | null; out: string } {
  const root = process.getuid?.() === 0;
  const place = join(folder, 'root');
  const script = `
    ${ownLibraries()
      .map((path) => `mount --bind /dev/null ${realpathSync(path)}`)
      .join('\n    ')}
    ip link set lo up
    mkdir -p ${place} /tmp && mount --bind ${join(folder, 'out')} ${place}
    mount -o remount,bind,ro ${place}
    mkdir -p ${join(folder, 'data')} && chmod 777 ${join(folder, 'data')}
    exec ${root ? 'setpriv --reuid=65532 --regid=65532 --clear-groups --bounding-set=-all --no-new-privs' : ''} sh -euc '${lines}'`;
  const { status, stdout, stderr } = spawnSync('unshare', [root ? '-nm' : '-rnm', 'sh', '-ec', script], {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env.PATH, ...env },
    timeout: CONTAINED_MS,
  });
  return { code: status, out: stdout + stderr };
}

/** In place of the paths of the image. */
const here = (text: string) =>
  text.replaceAll('/sealroom', join(folder, 'root')).replace(/^\/data$/, join(folder, 'data'));

describe('the container', { timeout: CONTAINED_MS }, () => {
  it('is written without anything its linter objects to', () => {
    expect(validate(dockerfile)).toEqual([]);
    expect(dockerfile).toMatch(/^USER 65532:65532$/m);
    for (const [, image = ''] of dockerfile.matchAll(/^FROM (\S+)/gm)) expect(image).toMatch(/:[\w.-]+$/);
  });

  it('runs its own commands without network, rights or a place to write but its data', async () => {
    const env = Object.fromEntries(Object.entries(environment()).map(([name, value]) => [name, here(value)]));
    const port = await freePort();
    const start = instruction('ENTRYPOINT').map(here).join(' ');
    const healthy = instruction('HEALTHCHECK').map(here).join(' ');
    const lines = `
      cd ${join(folder, 'root')}
      test "$(id -u)" != 0 || test "$(cat /proc/self/uid_map | wc -l)" = 1
      if touch server/written 2>/dev/null; then echo writable; exit 9; fi
      ${start} & server=$!
      tries=0; until ${healthy}; do tries=$((tries + 1)); test $tries -lt 100; sleep 0.2; done
      ./node -e "fetch(\\"http://127.0.0.1:${port}/\\").then(async (r) => console.log(r.status, (await r.text()).includes(\\"Sealroom\\")))"
      ./node server/tools/drain.ts $server
      wait $server && echo drained`;
    const ran = contained(lines, {
      ...env,
      SEALROOM_PORT: String(port),
      SEALROOM_WORKERS: '1',
      SEALROOM_MEDIA_PORT: '0',
    });
    expect(ran.out).toContain('200 true');
    expect(ran.out).toContain('drained');
    expect(ran.code).toBe(0);
  });
});

describe('the bundle', { timeout: CONTAINED_MS }, () => {
  it('starts offline by its own script, keeps its data where it was called, and brings its tools', async () => {
    const sealroom = join(folder, 'root/sealroom');
    const port = await freePort();
    const lines = `
      cd ${join(folder, 'data')}
      ${sealroom} & server=$!
      tries=0; until ${sealroom} healthy; do tries=$((tries + 1)); test $tries -lt 100; sleep 0.2; done
      test -s data/sealroom.sqlite
      ${sealroom} drain $server
      wait $server && echo drained
      ${sealroom} audit verify`;
    const ran = contained(lines, {
      SEALROOM_PORT: String(port),
      SEALROOM_WORKERS: '1',
      SEALROOM_MEDIA_PORT: '0',
    });
    expect(ran.out).toMatch(/drained[\s\S]*The audit log is whole/);
    expect(ran.code).toBe(0);
  });

  it('fills no folder that holds something', async () => {
    const ran = await runNpmTool('bundle', ['--folder', folder]);
    expect(ran).toMatchObject({ code: 1, error: expect.stringContaining('is not empty') });
  });

  it('brings every library its media worker loads, the C library aside', () => {
    const { stdout } = spawnSync('ldd', [join(folder, 'out/mediasoup-worker')], {
      encoding: 'utf8',
      env: { LD_LIBRARY_PATH: join(folder, 'out/lib') },
    });
    const elsewhere = [...stdout.matchAll(/=> (\/\S+)/g)]
      .map(([, path = '']) => path)
      .filter((path) => !path.startsWith(folder) && !/\/lib(c|m|dl|rt|pthread)\.so/.test(path));
    expect(elsewhere).toEqual([]);
  });

  it('holds nothing that builds, tests or decrypts', async () => {
    const names = await readdir(join(folder, 'out/node_modules'));
    for (const name of ['vite', 'vitest', 'typescript', 'react', 'ts-mls', 'mediasoup-client']) {
      expect(names).not.toContain(name);
    }
    expect(existsSync(join(folder, 'out/client/e2ee'))).toBe(false);
  });
});

const compose = z.object({
  services: z.record(
    z.string(),
    z.object({
      image: z.string(),
      read_only: z.literal(true),
      cap_drop: z.tuple([z.literal('ALL')]),
      security_opt: z.array(z.string()),
      profiles: z.array(z.string()).optional(),
      volumes: z.array(z.string()).default([]),
      ports: z.array(z.string()).default([]),
    }),
  ),
  volumes: z.record(z.string(), z.unknown()),
});

describe('compose.yaml', () => {
  const { services, volumes } = compose.parse(parse(read('container/compose.yaml'), { merge: true }));

  it('follows the schema of compose files, and has nothing its linter objects to', () => {
    const file = join(deploy, 'container/compose.yaml');
    // The order is by meaning; both the place and the name of what is built are told; quotes are where YAML needs them.
    const apart = ['no-build-and-image', 'no-quotes-in-volumes', 'require-quotes-in-ports'];
    const order = ['service-keys-order', 'services-alphabetical-order', 'top-level-properties-order'];
    const lint = (path: string) => {
      const args = [...apart, ...order].flatMap((rule) => ['--disable-rule', rule]);
      return spawnSync('npx', ['dclint', ...args, '--max-warnings', '0', path], {
        cwd: root,
        encoding: 'utf8',
      });
    };
    expect(lint(file)).toMatchObject({ status: 0 });
    const broken = join(folder, 'compose.yaml');
    writeFileSync(broken, read('container/compose.yaml').replace('stop_grace_period', 'stop_grace'));
    expect(lint(broken)).toMatchObject({ status: 1, stdout: expect.stringContaining('invalid-schema') });
  });

  it('starts one service unless more is asked for', () => {
    const plain = Object.entries(services).filter(([, { profiles }]) => profiles === undefined);
    expect(plain.map(([name]) => name)).toEqual(['sealroom']);
    const profiles = Object.values(services).flatMap((service) => service.profiles ?? []);
    expect([...new Set(profiles)].sort()).toEqual(['monitoring', 'postgres', 'proxy', 'redis', 'turn']);
  });

  it('mounts what is there, opens nothing to the network that is for this machine, and pins versions', () => {
    const writtenLater = ['./turn'];
    for (const [name, service] of Object.entries(services)) {
      expect(service.image, name).toMatch(/:[^:]+$/);
      for (const port of service.ports) expect(port).toMatch(/^127\.0\.0\.1:/);
      for (const [source = ''] of service.volumes.map((volume) => volume.split(':'))) {
        const there = source.startsWith('.')
          ? existsSync(join(deploy, 'container', source))
          : source in volumes;
        expect(there || writtenLater.includes(source), `${name} ${source}`).toBe(true);
      }
    }
  });
});

describe('settings in the files of a site', () => {
  it.each([
    'container/Dockerfile',
    'container/compose.yaml',
    'container/Caddyfile',
    'systemd/sealroom.service',
    'kubernetes/kustomization.yaml',
  ])('exist: %s', (file) => {
    // Names for the compose file and its proxy themselves, and one that is read when something is built.
    const own = ['VERSION', 'HOSTNAME', 'ACME_CA', 'PROXY_BIND', 'WORKER'].map((name) => `SEALROOM_${name}`);
    const named = [...read(file).matchAll(/\bSEALROOM_[A-Z_]+\b/g)].map(([name]) => name);
    expect(named.filter((name) => !own.includes(name) && !Object.hasOwn(settings, name))).toEqual([]);
  });
});

describe('the other ways', () => {
  it('Kubernetes: every resource exists, and the pod has no rights', () => {
    const { resources } = z
      .object({ resources: z.array(z.string()) })
      .parse(parse(read('kubernetes/kustomization.yaml')));
    const kinds = resources.flatMap((file) => {
      const documents = parseAllDocuments(read('kubernetes', file));
      expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
      return documents.map((document) => z.object({ kind: z.string() }).parse(document.toJS()).kind);
    });
    expect(kinds).toEqual(['Namespace', 'PersistentVolumeClaim', 'Deployment', 'Service']);
    const deployment = read('kubernetes/deployment.yaml');
    // Service links would set SEALROOM_PORT to an address, for the service has the server's name.
    const pod = z.object({ enableServiceLinks: z.literal(false) });
    const inPod = z.object({ spec: z.object({ template: z.object({ spec: pod }) }) });
    expect(inPod.safeParse(parse(deployment)).error).toBeUndefined();
    for (const line of ['runAsNonRoot: true', 'readOnlyRootFilesystem: true', 'drop: [ALL]']) {
      expect(deployment).toContain(line);
    }
  });

  it.runIf(hasSystemd)('systemd accepts the unit', () => {
    // The program it names is where the guide puts it, not on this machine.
    const { stdout, stderr } = spawnSync(
      'systemd-analyze',
      ['verify', join(deploy, 'systemd/sealroom.service')],
      {
        encoding: 'utf8',
      },
    );
    const complaints = (stdout + stderr)
      .split('\n')
      .filter((line) => line.includes('sealroom.service') && !line.includes('not executable'));
    expect(complaints).toEqual([]);
  });
});

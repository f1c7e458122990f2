import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import {
  access,
  constants,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { parseEnv } from '../env.ts';
import {
  DEPLOY,
  interpolate,
  parseDotenv,
  readAlerts,
  readCompose,
  readDashboard,
  readDeployed,
  ROOT,
  selectorsOf,
  variablesIn,
  type ComposeFile,
} from './deploy-harness.ts';

const run = promisify(execFile);
const SCRIPTS = [
  'prepare.sh',
  'restore.sh',
  'smoke.sh',
  'backup/backup.sh',
  'backup/is-recent.sh',
  'backup/nightly.sh',
  'backup/restore-dump.sh',
];
/** Their images were never tried with a read-only root here. */
const WRITABLE = ['electric', 'minio', 'postgres'];

let dir: string;
let file: ComposeFile;
let smoke: ComposeFile;

beforeAll(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'tomoshibi-deploy-'));
  file = await readCompose('compose.yaml');
  smoke = await readCompose('compose.smoke.yaml');
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('compose.yaml', () => {
  test('names only what there is: services, networks, volumes, secrets, files', () => {
    const services = { ...smoke.services, ...file.services };
    for (const [name, service] of [...Object.entries(file.services), ...Object.entries(smoke.services)]) {
      for (const needed of Object.keys(service.depends_on)) {
        expect(services, name).toHaveProperty(needed);
        expect(services[needed]?.healthcheck, `${name} waits for ${needed}`).toBeDefined();
      }
      for (const network of service.networks) expect(file.networks, name).toHaveProperty(network);
      for (const secret of service.secrets) expect(file.secrets, name).toHaveProperty(secret);
      for (const volume of service.volumes) {
        const [from = '', to = ''] = volume.split(':');
        expect(to).toMatch(/^\//);
        if (from.startsWith('.')) {
          expect(existsSync(path.join(DEPLOY, from)), `${name}: ${from}`).toBe(true);
          expect(volume, name).toMatch(/:ro$/);
        } else expect(file.volumes, name).toHaveProperty(from);
      }
    }
    const mounted = Object.values(file.services).flatMap(({ volumes }) => volumes.map((each) => each.split(':')[0]));
    expect(Object.keys(file.volumes).filter((name) => !mounted.includes(name))).toEqual([]);
  });

  test('pins every image to one version', () => {
    const images = [...Object.values(file.services), ...Object.values(smoke.services)].flatMap(({ image }) =>
      image === undefined ? [] : [image],
    );
    for (const image of images) expect(image).toMatch(/:(v?\d+\.\d+(\.\d+)?(-[a-z]+)?|RELEASE\.[\dTZ-]+)$/);
    expect(file.services['electric']?.image).toBe('electricsql/electric:1.7.12');
    expect(smoke.services['suite-electric']?.image).toBe(file.services['electric']?.image);
    expect(file.services['backup']?.image).toBe(file.services['postgres']?.image);
    expect(file.services['restore']?.image).toBe(file.services['postgres']?.image);
    expect(file.services['postgres']?.command).toContain('wal_level=logical');
  });

  test('starts nothing that cannot say how it is, may grow for ever, or may gain rights', () => {
    for (const [name, service] of Object.entries(file.services)) {
      if (service.profiles === undefined) {
        expect(service.healthcheck, name).toBeDefined();
        expect(service.restart, name).toBe('unless-stopped');
      }
      expect(service.security_opt, name).toContain('no-new-privileges:true');
      expect(service.logging?.options, name).toHaveProperty('max-size');
      expect(service.deploy?.resources.limits.memory, name).toBeDefined();
      expect(service.read_only, name).toBe(!WRITABLE.includes(name));
      if (!WRITABLE.includes(name)) expect(service.cap_drop, name).toEqual(['ALL']);
    }
  });

  test('lets in nobody from another machine, and the database from none at all', () => {
    const open = Object.entries(file.services).filter(([, { ports }]) => ports.length > 0);
    expect(open.map(([name]) => name).sort()).toEqual(['grafana', 'server']);
    for (const { ports } of [...Object.values(file.services), ...Object.values(smoke.services)])
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/);
    expect(file.networks['inside']?.internal).toBe(true);
    for (const name of ['postgres', 'electric', 'redis', 'minio', 'backup'])
      expect(file.services[name]?.networks, name).toEqual(['inside']);
  });

  test('holds no secret, and neither does .env.example', async () => {
    for (const [name, service] of [...Object.entries(file.services), ...Object.entries(smoke.services)])
      for (const [variable, value] of Object.entries(service.environment)) {
        if (/(PASSWORD|SECRET|TOKEN|_KEY|REDISCLI_AUTH)$/.test(variable))
          expect(value, `${name}: ${variable}`).toMatch(/^\$\{[A-Z_]+:(\?run prepare\.sh first|-)\}$/);
        for (const [, password = ''] of value.matchAll(/:\/\/[^:/@]*:([^@]*)@/g))
          expect(password, `${name}: ${variable}`).toMatch(/^\$\{[A-Z_]+:\?/);
      }
    const example = parseDotenv(await readDeployed('.env.example'));
    const secrets = [...example].filter(([name]) => /(PASSWORD|SECRET|TOKEN|_KEY)$/.test(name));
    expect(secrets.length).toBeGreaterThan(10);
    expect(secrets.filter(([, value]) => value !== '')).toEqual([]);
    expect((await readDeployed('.gitignore')).split('\n')).toEqual(expect.arrayContaining(['.env', 'secrets/']));
  });

  test('and .env.example know the same settings', async () => {
    const asked = variablesIn(await readDeployed('compose.yaml'));
    expect([...parseDotenv(await readDeployed('.env.example')).keys()].sort()).toEqual([...asked].sort());
  });

  test('is accepted by docker compose itself', async (context) => {
    const reason = await whyNot('docker', ['compose', 'version']);
    if (reason !== null) return skip(context, `docker compose is not installed (${reason})`);
    const env = await prepared('by-docker');
    await run(
      'docker',
      ['compose', '--env-file', env, '-f', 'compose.yaml', '-f', 'compose.smoke.yaml', 'config', '-q'],
      {
        cwd: DEPLOY,
      },
    );
  });
});

describe('prepare.sh', () => {
  test('makes settings that the server accepts', async () => {
    const values = parseDotenv(await readFile(await prepared('accepted'), 'utf8'));
    const variables = Object.entries(file.services['server']?.environment ?? {}).map(
      ([name, text]) => [name, interpolate(text, values)] as const,
    );
    const env = parseEnv({ HOST: '0.0.0.0', ...Object.fromEntries(variables) });
    expect(env.ELECTRIC_SECRET).toBe(file.services['electric'] && values.get('ELECTRIC_SECRET'));
    expect(new URL(env.DATABASE_URL)).toMatchObject({ hostname: 'postgres', username: 'tomoshibi_owner' });
    expect(new URL(env.DATABASE_APP_URL ?? '')).toMatchObject({ hostname: 'postgres', username: 'tomoshibi_server' });
    for (const url of [env.DATABASE_URL, env.DATABASE_APP_URL, env.REDIS_URL, env.ELECTRIC_URL])
      expect(file.services).toHaveProperty(new URL(url ?? '').hostname);
    for (const { environment } of [...Object.values(file.services), ...Object.values(smoke.services)])
      for (const text of Object.values(environment)) interpolate(text, values);
  });

  test('names no setting that the server does not know', async () => {
    const known = await readFile(path.join(DEPLOY, '../env.ts'), 'utf8');
    for (const name of Object.keys(file.services['server']?.environment ?? {}))
      expect(known, name).toMatch(new RegExp(`^  ${name}: `, 'm'));
  });

  test('makes each secret anew, for its owner alone, and never a second time', async () => {
    const first = await prepared('first');
    const second = await prepared('second');
    const secrets = (text: string): string[] =>
      [...parseDotenv(text)].filter(([name]) => /(PASSWORD|SECRET|TOKEN)$/.test(name)).map(([, value]) => value);
    const text = await readFile(first, 'utf8');
    const all = [...secrets(text), ...secrets(await readFile(second, 'utf8'))];
    expect(all.length).toBe(22);
    expect(new Set(all).size).toBe(all.length);
    for (const secret of all) expect(secret).toMatch(/^[\w-]{43}$/);
    expect((await stat(first)).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(path.dirname(first), 'secrets'))).mode & 0o777).toBe(0o700);
    const token = path.join(path.dirname(first), 'secrets/metrics-token');
    expect((await stat(token)).mode & 0o777).toBe(0o444);
    expect(await readFile(token, 'utf8')).toBe(parseDotenv(text).get('METRICS_TOKEN'));
    await prepared('first');
    expect(await readFile(first, 'utf8')).toBe(text);
  });

  test('its absence is said by compose, not found out later', () => {
    expect(() => interpolate(file.services['server']?.environment['SERVER_SECRET'] ?? '', new Map())).toThrow(
      'run prepare.sh first',
    );
  });
});

describe('Dockerfile', () => {
  test('builds in stages, ends as a user without rights, and keeps secrets out of its layers', async () => {
    const text = await readDeployed('Dockerfile');
    const stages = text.split(/^(?=FROM )/m).slice(1);
    expect(stages.length).toBe(3);
    const last = stages.at(-1) ?? '';
    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK /m);
    expect(last).toMatch(/^CMD \["node", "sync-server\/main\.ts"\]$/m);
    expect(last).not.toMatch(/npm|^RUN (?!install -d)/m);
    expect(text).not.toMatch(/^(ARG|ENV).*(SECRET|PASSWORD|TOKEN|_KEY)/m);
    for (const [, source = ''] of text.matchAll(/^COPY (?!--from)(\S+)/gm))
      expect(existsSync(path.join(ROOT, source)), source).toBe(true);
    expect(/NODE_IMAGE=node:(\d+)\.\d+\.\d+-/.exec(text)?.[1]).toBe('24');
  });

  test('sees only what it needs of the tree', async () => {
    const [first, ...rules] = (await readDeployed('Dockerfile.dockerignore')).trim().split('\n');
    expect(first).toBe('*');
    expect(rules.filter((rule) => rule.startsWith('!'))).toEqual([
      '!package.json',
      '!package-lock.json',
      '!.npmrc',
      '!shared',
      '!sync-server',
    ]);
    expect(rules).toEqual(expect.arrayContaining(['sync-server/deploy', '**/.env', '**/node_modules']));
  });

  test('leaves the server every package it loads', async () => {
    const image = path.join(dir, 'image');
    await mkdir(path.join(image, 'node_modules'), { recursive: true });
    const isTest = /(\.test|-suite|-harness|\.bench|\.eval)\.ts$|\/deploy$/;
    for (const folder of ['shared', 'sync-server'])
      await cp(path.join(ROOT, folder), path.join(image, folder), {
        recursive: true,
        filter: (source) => !isTest.test(source),
      });
    await cp(path.join(ROOT, 'package.json'), path.join(image, 'package.json'));
    const removed = [...(await readDeployed('Dockerfile')).matchAll(/^ {2}node_modules\/(\S+)/gm)].map(
      ([, name]) => name,
    );
    const sources = await readdir(image, { recursive: true });
    for (const source of sources.filter((name) => name.startsWith('sync-server') && name.endsWith('.ts'))) {
      const text = await readFile(path.join(image, source), 'utf8');
      for (const [, wanted = ''] of text.matchAll(/import\('((?:@[\w-]+\/)?[\w.-]+)/g))
        expect(
          removed.filter((name) => name === wanted || name === wanted.split('/')[0]),
          source,
        ).toEqual([]);
    }
    expect(removed).toContain('pixi.js');
    const { dependencies } = z
      .object({ dependencies: z.record(z.string(), z.string()) })
      .parse(JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8')));
    expect(removed.length).toBeLessThan(Object.keys(dependencies).length);
    for (const name of await installedPackages()) {
      if (removed.includes(name) || removed.includes(name.split('/')[0])) continue;
      await mkdir(path.dirname(path.join(image, 'node_modules', name)), { recursive: true });
      await symlink(path.join(ROOT, 'node_modules', name), path.join(image, 'node_modules', name));
    }
    // It gets as far as its database, which is not there: all that is loaded at the start has been found.
    const started = run(
      process.execPath,
      ['--preserve-symlinks', '--preserve-symlinks-main', path.join(image, 'sync-server/main.ts')],
      {
        cwd: image,
        env: {
          PATH: process.env['PATH'],
          DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:1/none',
          SERVER_SECRET: 'x'.repeat(32),
        },
      },
    );
    await expect(started).rejects.toMatchObject({ stderr: expect.stringContaining('ECONNREFUSED 127.0.0.1:1') });
  });
});

describe('Prometheus and Grafana', () => {
  test('the targets are services, and the token is where Prometheus looks for it', async () => {
    const job = z.looseObject({
      job_name: z.string(),
      authorization: z.strictObject({ type: z.literal('Bearer'), credentials_file: z.string() }).optional(),
      static_configs: z.array(z.strictObject({ targets: z.array(z.string()).min(1) })).length(1),
    });
    const config = z
      .strictObject({
        global: z.strictObject({ scrape_interval: z.string(), evaluation_interval: z.string() }),
        rule_files: z.array(z.string()),
        scrape_configs: z.array(job),
      })
      .parse(parse(await readDeployed('prometheus/prometheus.yml')));
    for (const { targets } of config.scrape_configs.flatMap(({ static_configs }) => static_configs))
      for (const target of targets) {
        const [host = ''] = target.split(':');
        if (host !== 'localhost') expect(file.services).toHaveProperty(host);
      }
    expect(config.scrape_configs.find(({ job_name }) => job_name === 'server')?.authorization?.credentials_file).toBe(
      '/run/secrets/metrics-token',
    );
    for (const rules of config.rule_files)
      expect(file.services['prometheus']?.volumes).toContain(`./prometheus/${rules}:/etc/prometheus/${rules}:ro`);
  });

  test('alerts have names of their own and say what is to be done', async () => {
    const rules = await readAlerts();
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const rule of rules) {
      expect(selectorsOf(rule.expr).length, rule.alert).toBeGreaterThan(0);
      expect(rule.expr, rule.alert).toMatch(/[<>=]=? ?-?[\d.e+]+$/);
    }
  });

  test('the dashboard reads from the source that is provisioned, and no panel covers another', async () => {
    const { datasources } = z
      .object({ datasources: z.array(z.looseObject({ uid: z.string(), type: z.string(), url: z.url() })) })
      .parse(parse(await readDeployed('grafana/provisioning/datasources/prometheus.yaml')));
    const { panels } = await readDashboard();
    const taken = new Set<string>();
    for (const { title, datasource, targets, gridPos } of panels) {
      for (const each of [datasource, ...targets.map((target) => target.datasource)])
        expect(datasources, title).toContainEqual(expect.objectContaining(each));
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x} ${y}`), title).toBe(false);
          taken.add(`${x} ${y}`);
        }
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const { providers } = z
      .object({ providers: z.array(z.looseObject({ options: z.strictObject({ path: z.string() }) })) })
      .parse(parse(await readDeployed('grafana/provisioning/dashboards/tomoshibi.yaml')));
    for (const { options } of providers)
      expect(file.services['grafana']?.volumes).toContain(`./grafana/dashboards:${options.path}:ro`);
  });

  test('series are found in an expression', () => {
    expect(selectorsOf('sum by (le, a) (rate(x_bucket{status=~"5..", b!="y"}[5m])) / on(c) z > 1.6e+09')).toEqual([
      {
        metric: 'x_bucket',
        matchers: [
          { label: 'status', operator: '=~', value: '5..' },
          { label: 'b', operator: '!=', value: 'y' },
        ],
      },
      { metric: 'z', matchers: [] },
    ]);
    expect(() => selectorsOf('sum(rate(x[5m])')).toThrow('brackets');
  });
});

describe('the scripts', () => {
  test('are shell, can be run, and stop at the first failure', async () => {
    const found = (await readdir(DEPLOY, { recursive: true })).filter((name) => name.endsWith('.sh')).sort();
    expect(found).toEqual([...SCRIPTS].sort());
    for (const script of SCRIPTS) {
      await access(path.join(DEPLOY, script), constants.X_OK);
      await run('bash', ['-n', script], { cwd: DEPLOY });
      expect(await readDeployed(script)).toMatch(/^#!\/usr\/bin\/env bash\n(#.*\n)+set -euo pipefail\n/);
    }
  });

  test('please shellcheck', async (context) => {
    const reason = await whyNot('shellcheck', ['--version']);
    if (reason !== null) return skip(context, `shellcheck is not installed (${reason})`);
    await run('shellcheck', SCRIPTS, { cwd: DEPLOY });
  });

  test('the smoke test says why it does nothing where there is no Docker', async () => {
    const bin = path.join(dir, 'no-docker');
    await fakeProgram(bin, 'docker', 'exit 1');
    const { stdout } = await run('bash', ['smoke.sh'], { cwd: DEPLOY, env: pathWith(bin) });
    expect(stdout).toBe('skipped: docker compose is not installed here\n');
    await fakeProgram(bin, 'docker', '[[ "$1" == compose ]]');
    const without = await run('bash', ['smoke.sh'], { cwd: DEPLOY, env: pathWith(bin) });
    expect(without.stdout).toBe('skipped: no Docker daemon answers here\n');
  });
});

/** Runs prepare.sh into a folder of this name; the path of its .env. */
async function prepared(name: string): Promise<string> {
  await run('bash', ['prepare.sh', path.join(dir, name)], { cwd: DEPLOY });
  return path.join(dir, name, '.env');
}

/** What keeps a program from being used; null: nothing. */
async function whyNot(program: string, args: readonly string[]): Promise<string | null> {
  return run(program, args).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message.trim().replaceAll(/\s+/g, ' ') : String(error)),
  );
}

function skip(context: { skip: (note?: string) => void }, reason: string): void {
  console.log(`skipped: ${reason}`);
  context.skip(reason);
}

async function fakeProgram(bin: string, name: string, script: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeFile(path.join(bin, name), `#!/usr/bin/env bash\n${script}\n`, { mode: 0o755 });
}

function pathWith(bin: string): NodeJS.ProcessEnv {
  return { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
}

async function installedPackages(): Promise<string[]> {
  const names = (await readdir(path.join(ROOT, 'node_modules'))).filter((name) => !name.startsWith('.'));
  const scoped = names.filter((name) => name.startsWith('@'));
  const inScopes = await Promise.all(
    scoped.map(async (scope) =>
      (await readdir(path.join(ROOT, 'node_modules', scope))).map((name) => `${scope}/${name}`),
    ),
  );
  return [...names.filter((name) => !name.startsWith('@')), ...inScopes.flat()];
}

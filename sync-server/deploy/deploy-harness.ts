import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

export const DEPLOY = import.meta.dirname;
export const ROOT = path.join(DEPLOY, '../..');

/** A file of this folder. */
export function readDeployed(name: string): Promise<string> {
  return readFile(path.join(DEPLOY, name), 'utf8');
}

const duration = z.string().regex(/^(\d+(ms|s|m|h))+$/);
const size = z.string().regex(/^\d+[kmg]$/);

/** The part of the Compose specification that our files use; what it does not know is taken for a slip of the pen. */
const service = z.strictObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  command: z.array(z.string()).min(1).optional(),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  secrets: z.array(z.string()).default([]),
  networks: z.array(z.string()).default([]),
  ports: z.array(z.string()).default([]),
  profiles: z.array(z.string()).optional(),
  user: z.string().optional(),
  init: z.boolean().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).optional(),
  tmpfs: z.array(z.string().startsWith('/')).optional(),
  shm_size: size.optional(),
  stop_grace_period: duration.optional(),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']).optional(),
  security_opt: z.array(z.string()).optional(),
  logging: z.strictObject({ driver: z.string(), options: z.record(z.string(), z.string()) }).optional(),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  healthcheck: z
    .strictObject({
      test: z.tuple([z.enum(['CMD', 'CMD-SHELL']), z.string()], z.string()),
      interval: duration,
      timeout: duration,
      retries: z.number().int().min(1),
      start_period: duration.optional(),
    })
    .optional(),
  deploy: z.strictObject({ resources: z.strictObject({ limits: z.strictObject({ memory: size }) }) }).optional(),
});

const compose = z
  .looseObject({
    name: z.string().optional(),
    services: z.record(z.string(), service),
    networks: z.record(z.string(), z.strictObject({ internal: z.boolean().optional() })).default({}),
    volumes: z.record(z.string(), z.strictObject({})).default({}),
    secrets: z.record(z.string(), z.strictObject({ file: z.string() })).default({}),
  })
  .refine(
    (file) => Object.keys(file).every((key) => /^(name|services|networks|volumes|secrets|x-[a-z-]+)$/.test(key)),
    'an element the specification does not know',
  );

export type ComposeFile = z.infer<typeof compose>;

/** Throws what is wrong with the file. */
export async function readCompose(name: string): Promise<ComposeFile> {
  return compose.parse(parse(await readDeployed(name), { merge: true, uniqueKeys: true }));
}

/** `NAME=value` lines. */
export function parseDotenv(text: string): Map<string, string> {
  return new Map([...text.matchAll(/^([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]));
}

/** The variables a text asks its environment for: `${NAME}`, `${NAME:-default}`, `${NAME:?why}`. */
export function variablesIn(text: string): Set<string> {
  return new Set([...text.matchAll(VARIABLE)].map(([, name = '']) => name));
}

/** As Compose fills them in. Throws where a value is asked for and there is none. */
export function interpolate(text: string, values: ReadonlyMap<string, string>): string {
  return text.replaceAll(VARIABLE, (_whole, name: string, way: string | undefined, rest: string | undefined) => {
    const value = values.get(name) ?? '';
    if (value !== '') return value;
    if (way === ':-') return rest ?? '';
    throw new Error(`${name}: ${rest ?? 'is not set'}`);
  });
}

const VARIABLE = /(?<!\$)\$\{([A-Z][A-Z0-9_]*)(?:(:-|:\?)([^}]*))?\}/g;

const alerts = z.strictObject({
  groups: z
    .array(
      z.strictObject({
        name: z.string(),
        rules: z
          .array(
            z.strictObject({
              alert: z.string().regex(/^[A-Z][A-Za-z]+$/),
              expr: z.string(),
              for: duration.optional(),
              labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
              annotations: z.strictObject({ summary: z.string().min(1), action: z.string().min(1) }),
            }),
          )
          .min(1),
      }),
    )
    .min(1),
});

const source = z.strictObject({ type: z.literal('prometheus'), uid: z.string() });
const dashboard = z.looseObject({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.number().int(),
  panels: z.array(
    z.looseObject({
      id: z.number().int(),
      type: z.enum(['stat', 'timeseries', 'alertlist']),
      title: z.string().min(1),
      datasource: source,
      gridPos: z.strictObject({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1).max(24), h: z.int().min(1) }),
      targets: z
        .array(z.strictObject({ refId: z.string(), datasource: source, expr: z.string(), legendFormat: z.string() }))
        .default([]),
    }),
  ),
});

export async function readAlerts(): Promise<z.infer<typeof alerts>['groups'][number]['rules']> {
  return alerts.parse(parse(await readDeployed('prometheus/alerts.yml'))).groups.flatMap(({ rules }) => rules);
}

export async function readDashboard(): Promise<z.infer<typeof dashboard>> {
  return dashboard.parse(JSON.parse(await readDeployed('grafana/dashboards/server.json')));
}

/** Every PromQL expression of dashboard and alerts. */
export async function allExpressions(): Promise<string[]> {
  const { panels } = await readDashboard();
  return [
    ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ...(await readAlerts()).map(({ expr }) => expr),
  ];
}

export interface Selector {
  readonly metric: string;
  /** `label operator value` */
  readonly matchers: readonly { readonly label: string; readonly operator: string; readonly value: string }[];
}

/** The series an expression reads. Throws when its brackets do not match. */
export function selectorsOf(expr: string): Selector[] {
  checkBrackets(expr);
  // Grouping clauses and durations hold names that are not series.
  const bare = expr
    .replaceAll(/\b(by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, ' ')
    .replaceAll(/\[[^\]]*\]/g, ' ');
  return [...bare.matchAll(/(?<![\w.":])([a-zA-Z_][a-zA-Z0-9_:]*)\s*(\{(?:[^}"]|"[^"]*")*\})?(?!\s*\()(?![\w"])/g)]
    .filter(([, name = '']) => !/^(and|or|unless|bool|offset|inf|nan)$/i.test(name))
    .map(([, metric = '', braces = '']) => ({
      metric,
      matchers: [...braces.matchAll(/(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"/g)].map(
        ([, label = '', operator = '', value = '']) => ({ label, operator, value }),
      ),
    }));
}

function checkBrackets(expr: string): void {
  const open: string[] = [];
  for (const sign of expr.replaceAll(/"[^"]*"/g, '').match(/[()[\]{}]/g) ?? []) {
    if ('([{'.includes(sign)) open.push(sign);
    else if (open.pop() !== { ')': '(', ']': '[', '}': '{' }[sign]) throw new Error(`brackets do not match: ${expr}`);
  }
  if (open.length > 0) throw new Error(`brackets do not match: ${expr}`);
}

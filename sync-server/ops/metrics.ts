import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What is measured of a running server, in Prometheus's terms. Labels never carry a person's data. */
export interface Metrics {
  readonly registry: Registry;
  readonly observeRequest: (route: string, method: string, status: number, seconds: number) => void;
  readonly countCache: (cache: string, hit: boolean) => void;
  readonly countJob: (task: string, outcome: 'done' | 'retried' | 'dead', seconds: number) => void;
  /** A number asked for at each scrape. */
  readonly gauge: (name: string, help: string, read: () => number | Promise<number>) => void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by route',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const cache = new Counter({
    name: 'cache_lookups_total',
    help: 'Lookups in memory caches',
    labelNames: ['cache', 'result'],
    registers: [registry],
  });
  const jobs = new Histogram({
    name: 'job_duration_seconds',
    help: 'Time a job took, by task and outcome',
    labelNames: ['task', 'outcome'],
    buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 60, 300],
    registers: [registry],
  });
  /** One per route, method and status: finding them by their labels costs more than counting. */
  const observed = new Map<string, ReturnType<typeof requests.labels>>();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    observeRequest(route, method, status, seconds) {
      const key = `${method} ${route} ${status}`;
      let series = observed.get(key);
      if (!series) {
        series = requests.labels(route, method, String(status));
        observed.set(key, series);
      }
      series.observe(seconds);
    },
    countCache(name, hit) {
      cache.labels(name, hit ? 'hit' : 'miss').inc();
    },
    countJob(task, outcome, seconds) {
      jobs.labels(task, outcome).observe(seconds);
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          this.set(await read());
        },
      });
    },
  };
}

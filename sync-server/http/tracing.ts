import type { FastifyInstance, FastifyRequest } from 'fastify';
import { routeLabel } from './call.ts';

/**
 * Sends a span for every request to an OpenTelemetry collector, joined to the caller's trace (W3C traceparent). The libraries are
 * loaded only here. Returns what flushes and ends it.
 */
export async function startTracing(app: FastifyInstance, endpoint: string): Promise<() => Promise<void>> {
  const [{ context, propagation, SpanKind, SpanStatusCode, trace }, sdk, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const provider = new sdk.NodeTracerProvider({
    spanProcessors: [new sdk.BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
  });
  provider.register();
  const tracer = trace.getTracer('tomoshibi-server');
  const spans = new WeakMap<FastifyRequest, ReturnType<typeof tracer.startSpan>>();
  app.addHook('onRequest', (request, _reply, done) => {
    const parent = propagation.extract(context.active(), request.headers);
    const attributes = { 'http.request.method': request.method, 'http.route': routeLabel(request) };
    const name = `${request.method} ${routeLabel(request)}`;
    const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
    spans.set(request, span);
    context.with(trace.setSpan(parent, span), done);
  });
  app.addHook('onResponse', (request, reply, done) => {
    const span = spans.get(request);
    span?.setAttribute('http.response.status_code', reply.statusCode);
    if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
    span?.end();
    done();
  });
  return async () => {
    await provider.shutdown();
  };
}

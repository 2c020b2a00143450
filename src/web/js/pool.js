// The kit in as many workers as the machine has cores: figures are told by the first, their runs are shared among all.
import { isFused } from './loader.js';

const base = new URL('.', import.meta.url);
const MOST = 16;
const MISSING = 2;
let module, workers = [], next = 0;

/** What the site says of its figures, and the files that they read. */
export const sheets = fetch(new URL('figures.json', base)).then(answer => answer.json());

async function compiled() {
  const answer = fetch(new URL(isFused() ? 'kit-fma.wasm' : 'kit.wasm', base));
  try {
    return await WebAssembly.compileStreaming(answer.then(one => one.clone()));
  } catch {
    // A host that sends another type than application/wasm.
    return WebAssembly.compile(await (await answer).arrayBuffer());
  }
}

async function start(count) {
  module ??= compiled();
  const [ready, { files }] = await Promise.all([module, sheets]);
  while (workers.length < count) {
    const worker = new Worker(new URL('worker.js', base), { type: 'module' }), waiting = new Map();
    worker.onmessage = ({ data }) => { waiting.get(data.ticket)?.(data); waiting.delete(data.ticket); };
    worker.onerror = event => { for (const one of waiting.values()) one({ code: 3, parts: [event.message ?? 'a worker stopped'] }); };
    worker.postMessage({ module: ready, files });
    workers.push({
      worker, waiting,
      ask: (...parts) => new Promise(done => {
        waiting.set(++next, done);
        worker.postMessage({ ticket: next, parts });
      }),
    });
  }
}

const CANCELLED = { code: -1, parts: ['Cancelled.'] };
let turn = Promise.resolve(), cancels = 0;

/** Ends everything that runs or waits; what was asked is answered as cancelled. */
export function cancel() {
  cancels++;
  for (const { worker, waiting } of workers) {
    worker.terminate();
    for (const one of waiting.values()) one(CANCELLED);
  }
  workers = [];
}

/** The answer to a request, when those before it are answered; progress(done, known, seconds left) is called after each run. */
export function tell(progress, ...request) {
  const cancelled = cancels;
  const answer = turn.then(() => cancels === cancelled ? told(progress, ...request) : CANCELLED);
  turn = answer.catch(() => {});
  return answer;
}

async function told(progress, ...request) {
  const cancelled = cancels;
  await start(1);
  const first = workers[0], began = performance.now();
  let done = 0, known = 0;
  for (;;) {
    if (cancels !== cancelled) return CANCELLED;
    const answer = await first.ask(...request);
    if (answer.code !== MISSING) return answer;
    const runs = answer.parts.filter(Boolean);
    known += runs.length;
    progress(done, known, 0);
    await start(Math.min(MOST, navigator.hardwareConcurrency || 2, runs.length));
    if (cancels !== cancelled) return CANCELLED;
    let at = 0, failure = null;
    await Promise.all(workers.map(async one => {
      while (at < runs.length && !failure) {
        const index = at++, result = await one.ask('run', runs[index]);
        if (result.code !== 0) { failure ??= result; return; }
        const kept = await first.ask('keep', String(index), result.parts.join('\0'));
        if (kept.code !== 0) { failure ??= kept; return; }
        done++;
        progress(done, known, (performance.now() - began) / 1000 * (known - done) / done);
      }
    }));
    if (failure) return failure;
  }
}

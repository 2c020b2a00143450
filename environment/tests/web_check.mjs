// Runs figures by the module in Node and compares SVG, CSV and JSON with the committed files, and what TeaVM's library has otherwise
// with a JVM. Called by web-test.sh:
// node web_check.mjs ROOT PAGE LINES [--write] [FIGURE]...; LINES is what org.noisebook.web.Bits says on a JVM.
import { readFileSync, writeFileSync } from 'node:fs';
import { brotliCompressSync, constants } from 'node:zlib';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const MISSING = 2;

if (!isMainThread) {
  const { root, page, write } = workerData, modules = {};
  const { kit } = await import(`file://${page}/loader.js`);
  const { figures, files } = JSON.parse(readFileSync(`${page}/figures.json`));
  parentPort.on('message', async ({ id, fused }) => {
    const module = await (modules[fused] ??= WebAssembly.compile(readFileSync(`${page}/kit${fused ? '-fma' : ''}.wasm`)));
    const read = new Set(), began = performance.now();
    // As in a page: a file that no offered figure reads is not there.
    const one = await kit(module, name => {
      const known = write || name in files;
      try {
        const bytes = known ? readFileSync(`${root}/target/classes${name}`) : null;
        if (bytes) read.add(name);
        return bytes;
      } catch { return null; }
    });
    const ask = (...parts) => {
      for (;;) {
        const answer = one.call(...parts);
        if (answer.code !== MISSING) return answer;
        answer.parts.filter(Boolean).forEach((run, index) => one.call('keep', String(index), one.call('run', run).parts.join('\0')));
      }
    };
    const { code, parts } = id === '' ? ask('bits') : ask('figure', id, '1');
    let differs = code === 0 ? [] : [`code ${code}: ${parts.join(' ').slice(0, 2000)}`];
    if (code === 0 && id !== '') {
      differs = ['svg', 'csv', 'json'].filter((kind, k) => readFileSync(`${root}/figures/${id}.${kind}`, 'utf8') !== parts[k]);
    }
    parentPort.postMessage({ id, fused, lines: id === '' ? parts[0] : '', differs, seconds: (performance.now() - began) / 1000, read: [...read].sort() });
  });
} else {
  const [root, page, lines, ...rest] = process.argv.slice(2), write = rest.includes('--write'), table = `${root}/src/web/figures.tsv`;
  const { hasGc, isFused } = await import(`file://${page}/loader.js`);
  if (!hasGc()) { console.log(`web-test: skipped, Node ${process.version} has no WebAssembly GC`); process.exit(0); }
  const asked = rest.filter(one => !one.startsWith('--'));
  const failed = [], rows = new Map(), fused = isFused();
  // Emulation takes up to eight times as long: these show that its bytes are the same.
  const emulated = fused && !write ? ['', ...['asg', 'hypad', 'interpolant-divergence'].filter(id => asked.includes(id))] : [];
  const jobs = [{ id: '', fused }, ...emulated.map(id => ({ id, fused: false })), ...asked.map(id => ({ id, fused }))];
  const module = readFileSync(`${page}/kit.wasm`);
  const packed = brotliCompressSync(module, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }).length;
  console.log(`module ${(module.length / 1e6).toFixed(2)} MB, ${(packed / 1e6).toFixed(2)} MB by brotli; ${fused ? 'fused' : 'emulated'} multiply-add`);
  if (packed > 2e6) failed.push('the module has more than 2.0 MB by brotli');
  await Promise.all([1, 2].map(() => new Promise(done => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { root, page, write } });
    const next = () => { if (jobs.length > 0) worker.postMessage(jobs.shift()); else { worker.terminate(); done(); } };
    worker.on('error', error => { failed.push(String(error)); done(); });
    worker.on('message', ({ id, fused: isOne, lines: own, differs, seconds, read }) => {
      if (id === '' && differs.length === 0) {
        const jvm = readFileSync(lines, 'utf8').trimEnd().split('\n'), here = own.trimEnd().split('\n');
        jvm.forEach((line, k) => { if (line !== here[k]) differs.push(`JVM ${line}, page ${here[k]}`); });
        if (jvm.length !== here.length || jvm.length < 10) differs.push(`${jvm.length} and ${here.length} lines`);
      }
      if (differs.length > 0) failed.push(`${id || 'what TeaVM has otherwise'}${isOne ? '' : ', emulated'}: ${differs.join('; ')}`);
      else if (id !== '' && isOne === fused) rows.set(id, [id, seconds.toFixed(1), read.join(' ')]);
      if (id !== '') console.log(`${id}${isOne ? '' : ', emulated'} ${seconds.toFixed(1)} s${differs.length > 0 ? ` differs: ${differs.join('; ')}` : ''}`);
      next();
    });
    next();
  })));
  if (write) {
    const head = readFileSync(table, 'utf8').split('\n').filter(line => line.startsWith('#'));
    const kept = readFileSync(table, 'utf8').split('\n').filter(line => line && !line.startsWith('#') && !asked.includes(line.split('\t')[0]));
    const all = [...kept, ...[...rows.values()].filter(row => Number(row[1]) <= 40).map(row => row.join('\t'))].sort();
    writeFileSync(table, [...head, ...all, ''].join('\n'));
  }
  for (const one of failed) console.error(`web-test: ${one}`);
  if (failed.length > 0) process.exit(1);
  console.log(`${rows.size} figures have their committed bytes`);
}

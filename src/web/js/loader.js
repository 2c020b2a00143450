// Loads the kit's module and answers what it asks for: no part of TeaVM's own runtime, which would need 'unsafe-eval'.

// (double, double, double) -> double and the same of float, each one relaxed_madd of splat lanes: fused on this machine or not?
const PROBE = Uint8Array.of(
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 15, 2, 0x60, 3, 0x7c, 0x7c, 0x7c, 1, 0x7c, 0x60, 3, 0x7d, 0x7d, 0x7d, 1, 0x7d, 3, 3, 2, 0, 1,
  7, 9, 2, 1, 0x64, 0, 0, 1, 0x66, 0, 1, 10, 43, 2,
  20, 0, 0x20, 0, 0xfd, 0x14, 0x20, 1, 0xfd, 0x14, 0x20, 2, 0xfd, 0x14, 0xfd, 0x87, 0x02, 0xfd, 0x21, 0, 0x0b,
  20, 0, 0x20, 0, 0xfd, 0x13, 0x20, 1, 0xfd, 0x13, 0x20, 2, 0xfd, 0x13, 0xfd, 0x85, 0x02, 0xfd, 0x1f, 0, 0x0b);

/** Whether relaxed_madd rounds once, in both widths. */
export function isFused() {
  if (!WebAssembly.validate(PROBE)) return false;
  const { d, f } = new WebAssembly.Instance(new WebAssembly.Module(PROBE)).exports;
  const a = 1 + 2 ** -30, b = 1 + 2 ** -13;
  return d(a, a, -1 - 2 ** -29) === 2 ** -60 && f(b, b, -1 - 2 ** -12) === 2 ** -26;
}

/** Whether this engine has garbage-collected WebAssembly. */
export function hasGc() {
  return WebAssembly.validate(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 3, 1, 0x5f, 0));
}

/** The kit in an instance of the module; file(name) gives bytes or null. */
export async function kit(module, file) {
  let asked = '', bytes = new Uint8Array();
  const wrappers = new WeakMap(), java = Symbol('java');
  const same = value => value;
  // What TeaVM's library asks of a page. Nothing here is called while a figure runs but the first two groups.
  const known = {
    noisebook: {
      ask: c => { asked += String.fromCharCode(c); },
      fetch: () => { const found = file(asked); asked = ''; bytes = found ?? bytes; return found ? found.length : -1; },
      byteAt: k => bytes[k],
    },
    teavmMath: Math,
    teavmDate: { currentTimeMillis: () => Date.now() },
    teavmConsole: { putcharStdout: () => {}, putcharStderr: () => {} },
    teavm: { takeStackTrace: () => ({ getStack: () => [] }), decorateException: () => {} },
    teavmMemory: {
      notifyHeapResized: () => {},
      heapOffset: new WebAssembly.Global({ value: 'i32', mutable: false }, 0),
      maxSize: new WebAssembly.Global({ value: 'i32', mutable: false }, 2 ** 31 - 1),
    },
    env: { memory: new WebAssembly.Memory({ initial: 64, maximum: 32768 }) },
    'wasm:js-string': {
      fromCharCode: c => String.fromCharCode(c), concat: (a, b) => a + b, length: s => s.length,
      substring: (s, from, to) => s.substring(from, to), charCodeAt: (s, k) => s.charCodeAt(k),
    },
    teavmJso: {
      stringBuiltinsSupported: () => 0, isUndefined: o => o === undefined, wrapInt: same, unwrapInt: same,
      getProperty: (o, name) => o === null ? globalThis[name] : o[name], global: name => globalThis[name],
      instanceOf: (o, type) => o instanceof type, defineFunction: fn => (...all) => fn(...all),
      createClass: () => class { constructor(of) { this[java] = of; } },
      defineStaticMethod: (type, name, fn) => { type[name] = fn; }, unwrapJavaObject: o => o[java],
      javaObjectToJS: (o, type) => o === null ? null : new type(o),
      wrapObject: o => {
        if (o === null || o[java] !== undefined) return o === null ? null : o[java];
        if (!wrappers.has(o)) wrappers.set(o, exports['teavm.jso.createWrapper'](o));
        return wrappers.get(o);
      },
      callFunction1: (fn, a) => fn(a), callMethod0: (o, name) => o[name](),
      // TeaVM would make these functions of their text.
      createFunction1: (name, body) => body === `return ${name};` ? same : () => { throw new Error(`no code is made of text here: ${body}`); },
    },
  };
  const imports = {};
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    (imports[from] ??= {})[name] = known[from]?.[name]
      ?? (kind === 'function' ? () => { throw new Error(`a page has no ${from}.${name}`); } : undefined);
  }
  const { exports } = await WebAssembly.instantiate(module, imports);
  exports.main.value([]);
  return {
    exports,
    /** The code and the answer's parts of a request. */
    call(...parts) {
      const text = parts.join('\0');
      for (let k = 0; k < text.length; k++) exports.put(text.charCodeAt(k));
      const code = exports.call(), size = exports.size(), pieces = [];
      for (let k = 0; k < size; k += 8192) {
        const some = new Uint16Array(Math.min(8192, size - k));
        for (let i = 0; i < some.length; i++) some[i] = exports.at(k + i);
        pieces.push(String.fromCharCode.apply(null, some));
      }
      return { code, parts: pieces.join('').split('\0') };
    },
  };
}

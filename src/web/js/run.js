// Under each figure of a page: runs it here with the reader's seed and settings, and rolls a die against its headline.
import { hasGc } from './loader.js';
import { cancel, sheets, tell } from './pool.js';

const NEEDS = 'Chrome or Edge 119, Firefox 120 or Safari 18.2';
const BIG = 1e6;

function made(tag, properties = {}, ...parts) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...parts);
  return element;
}

const button = (textContent, onclick) => made('button', { type: 'button', textContent, onclick });
const rounded = seconds => seconds < 10 ? seconds.toFixed(1) : Math.round(seconds);
const size = bytes => `${(bytes / 1e6).toFixed(1)} MB`;
const field = (words, name, value, title = '') => {
  const input = made('input', { name, value, size: 8, autocomplete: 'off' });
  return made('label', { title }, `${words} `, input);
};

const VERDICTS = { 'reproduced': 'agrees', 'not reproduced': 'disagrees', 'not resolved': 'undecided' };

/** The verdicts of a figure's claims, by id. */
const claims = json => new Map((json.claims ?? []).map(({ id, verdict }) => [id, VERDICTS[verdict] ?? verdict]));

function counted(all) {
  const counts = new Map();
  for (const verdict of all.values()) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return [...counts].sort().map(([verdict, count]) => `${count} ${verdict}`).join(', ') || 'none';
}

/** The form under one picture. */
class Sheet {
  constructor(image, id, about) {
    Object.assign(this, { image, id, about, source: image.src, style: image.getAttribute('style') });
    this.says = made('p', { className: 'says' });
    this.says.setAttribute('aria-live', 'polite');
    this.changes = made('ul');
    this.form = made('form', { className: 'run' });
    this.form.dataset.figure = id;
    this.form.onsubmit = event => { event.preventDefault(); this.draw(); };
    this.rolls = { held: 0, all: 0 };
    this.build();
    const block = image.closest('figure, .zoom, p, li') ?? image;
    (block.tagName === 'LI' ? image.closest('a') ?? image : block).after(this.form);
  }

  build() {
    const { about, form } = this;
    this.start = made('button', { type: 'submit', textContent: 'Run it here' });
    this.stop = button('Cancel', () => cancel());
    this.back = button('Show the committed figure', () => this.restore());
    this.stop.hidden = this.back.hidden = true;
    form.append(made('div', { className: 'row' }, this.start, field('seed', 'seed', '1'),
      field('replicas', 'replicas', '', 'how many runs each point has; empty for the figure\'s own number'), this.stop, this.back));
    if (about.fields.length > 0) {
      form.append(made('details', {}, made('summary', { textContent: 'Other settings' }), made('div', { className: 'row' },
        ...about.fields.map(one => field(one.symbol || one.name, `set.${one.name}`, one.value, `${one.name}: ${one.words}`)))));
    }
    if (about.box.length > 0) {
      form.append(made('div', { className: 'row' }, button('Roll the die', () => this.roll()),
        'Does the paper\'s main claim hold at a setting that nobody chose?'));
      form.append(made('details', {}, made('summary', { textContent: 'Or choose the setting' }), made('div', { className: 'row' },
        ...about.box.map(one => field(one.words, `box.${one.name}`, '')), button('Judge the claim there', () => this.judge()))));
    }
    form.append(this.says, this.changes);
    const full = /\/full\/[^/]*$/.test(this.source) ? 'The picture is the full edition; here runs the quick one, with fewer runs. ' : '';
    this.say(full + (about.bytes > BIG ? `Reads ${size(about.bytes)} of data once.` : ''));
  }

  say(text) { this.says.textContent = text; }

  value(name) { return this.form.elements[name].value.trim(); }

  /** Asks the kit; the answer's parts, or null after its message is shown. */
  async ask(...request) {
    const pressed = performance.now();
    for (const one of this.form.querySelectorAll('button')) one.disabled = one !== this.stop;
    this.stop.hidden = false;
    this.changes.replaceChildren();
    this.say('Loading the kit …');
    let first = null;
    const { code, parts } = await tell((done, known, left) => {
      first ??= performance.now() - pressed;
      this.say(done > 0 ? `${done} of ${known} runs, about ${rounded(left)} s left` : `${known} runs`);
    }, ...request);
    for (const one of this.form.querySelectorAll('button')) one.disabled = false;
    this.stop.hidden = true;
    this.form.dataset.first = Math.round(first ?? 0);
    this.seconds = (performance.now() - pressed) / 1000;
    if (code === 0) return parts;
    this.say(code === 3 ? `This figure broke here: ${parts.join(' ')}` : parts[0]);
    return null;
  }

  address(values) {
    history.replaceState(null, '', values ? `?${new URLSearchParams({ run: this.id, ...values })}${location.hash}` : location.pathname);
  }

  /** The settings that differ from the figure's own. */
  settings() {
    const set = this.about.fields.filter(one => this.value(`set.${one.name}`) !== one.value)
      .map(one => `${one.name}=${this.value(`set.${one.name}`)}`);
    return this.value('replicas') ? [`replicas=${this.value('replicas')}`, ...set] : set;
  }

  async draw() {
    const seed = this.value('seed'), settings = this.settings();
    this.address({ seed, ...Object.fromEntries(settings.map(one => one.split('='))) });
    const parts = await this.ask('figure', this.id, seed, ...settings);
    if (!parts) return;
    URL.revokeObjectURL(this.drawn);
    this.form.svg = parts[0];
    this.drawn = URL.createObjectURL(new Blob([parts[0]], { type: 'image/svg+xml' }));
    this.image.removeAttribute('style');
    this.image.src = this.drawn;
    this.back.hidden = false;
    const statements = new Map();
    for (let k = 3; k + 1 < parts.length; k += 2) statements.set(parts[k], parts[k + 1]);
    await this.compare(JSON.parse(parts[2]), statements, [...seed === '1' ? [] : [`seed ${seed} instead of 1`], ...settings.map(one => one.replace('=', ' = '))]);
  }

  /** Says in words what differs from the committed figure. */
  async compare(json, statements, changed) {
    const stem = this.source.replace(/(full\/)?([^/]+)\.svg$/, '$2.json');
    const now = claims(json), committed = claims(await (await fetch(stem)).json());
    const turned = [...now].filter(([id, verdict]) => committed.get(id) !== verdict);
    const time = `in ${rounded(this.seconds)} s`;
    if (changed.length === 0) {
      const same = turned.length === 0;
      this.say(`Drawn here ${time} with the committed settings: ${same ? 'all claims have the committed verdicts' : 'some verdicts differ'} (${counted(now)}).`);
    } else {
      this.say(`Drawn here ${time} with ${changed.join(', ')}. Claims: ${counted(now)}; in the committed figure: ${counted(committed)}. `
        + (turned.length === 0 ? 'No verdict changed.' : turned.length === 1 ? 'One verdict changed:' : `${turned.length} verdicts changed:`));
    }
    this.changes.replaceChildren(...turned.map(([id, verdict]) =>
      made('li', { textContent: `${statements.get(id)} Here: ${verdict}; committed: ${committed.get(id) ?? 'not judged'}.` })));
  }

  restore() {
    this.image.src = this.source;
    if (this.style) this.image.setAttribute('style', this.style);
    this.back.hidden = true;
    this.form.reset();
    this.changes.replaceChildren();
    this.say('This is the committed figure.');
    this.address();
  }

  roll(number = 1 + Math.floor(Math.random() * 999_999)) {
    this.address({ roll: number });
    return this.verdict(`roll ${number}`, 'vary', this.id, String(number));
  }

  judge() {
    const setting = this.about.box.map(one => `${one.name}=${this.value(`box.${one.name}`)}`).join(', ');
    this.address({ at: setting });
    return this.verdict('your setting', 'at', this.id, setting);
  }

  async verdict(what, ...request) {
    const parts = await this.ask(...request);
    if (!parts) return;
    const [setting, verdict, ...found] = parts;
    for (const pair of setting.split(', ')) {
      const [name, value] = pair.split('=');
      this.form.elements[`box.${name}`].value = value;
    }
    if (request[0] === 'vary') {
      this.rolls.all++;
      this.rolls.held += verdict === 'holds' ? 1 : 0;
    }
    const rolls = this.rolls.all > 0 ? ` The claim held at ${this.rolls.held} of ${this.rolls.all} of your rolls.` : '';
    this.say(`At ${setting.replaceAll('=', ' = ')} (${what}) the paper's main claim ${verdict}.${rolls}`);
    this.changes.replaceChildren(...found.map(textContent => made('li', { textContent })));
  }

  /** Does what an address asks for. */
  resume(asked) {
    for (const [name, value] of asked) {
      const input = this.form.elements[name] ?? this.form.elements[`set.${name}`];
      if (input) input.value = value;
    }
    for (const pair of (asked.get('at') ?? '').split(', ').filter(Boolean)) {
      const input = this.form.elements[`box.${pair.split('=')[0]}`];
      if (input) input.value = pair.split('=')[1];
    }
    this.form.scrollIntoView({ block: 'center' });
    return asked.has('roll') ? this.roll(asked.get('roll')) : asked.has('at') ? this.judge() : this.draw();
  }
}

/** A figure that is drawn again when its slider is moved. */
function live(figure) {
  const { live: id, field: name, values, words } = figure.dataset, steps = values.split(' '), image = figure.querySelector('img');
  const start = Math.max(0, steps.indexOf(figures[id].fields.find(one => one.name === name)?.value));
  const says = made('output', { textContent: steps[start] });
  const slider = made('input', { type: 'range', min: 0, max: steps.length - 1, value: start });
  let drawn = start, busy = false;
  async function draw() {
    says.textContent = steps[slider.value];
    if (busy) return;
    busy = true;
    figure.dataset.state = 'busy';
    while (drawn !== Number(slider.value)) {
      drawn = Number(slider.value);
      const { code, parts } = await tell(() => {}, 'figure', id, '1', `${name}=${steps[drawn]}`);
      if (code === 0) image.src = URL.createObjectURL(new Blob([parts[0]], { type: 'image/svg+xml' }));
      else says.textContent = parts[0];
    }
    busy = false;
    figure.dataset.state = 'drawn';
  }
  slider.oninput = draw;
  figure.querySelector('figcaption').before(made('label', { className: 'row' }, `${words} `, slider, says));
}

const { figures } = await sheets;
const asked = new URLSearchParams(location.search), seen = new Set();
const pictures = /\/(figures|papers)\/[^/]*$/.test(location.pathname) ? document.querySelectorAll('main img') : [];
for (const image of pictures) {
  const id = image.src.match(/figures\/(?:full\/)?([a-z0-9-]+)\.svg$/)?.[1], about = figures[id];
  if (!about || seen.has(id)) continue;
  seen.add(id);
  if (about.offered && hasGc()) {
    const sheet = new Sheet(image, id, about);
    if (asked.get('run') === id) sheet.resume(asked);
  } else {
    const why = about.offered ? `This browser cannot run the figure: ${NEEDS} can.` : `This figure takes about ${rounded(about.jvm)} s on a JVM, too long for a page.`;
    (image.closest('figure, .zoom, p') ?? image).after(made('p', { className: 'note' }, `${why} In a clone: `,
      made('code', { textContent: `environment/noisebook figures ${id}` })));
  }
}
if (hasGc()) document.querySelectorAll('[data-live]').forEach(live);

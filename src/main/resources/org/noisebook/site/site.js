"use strict";

// Light or dark: the system's choice until the reader makes one.
const root = document.documentElement;
function shade(choice) {
  root.style.colorScheme = choice || "light dark";
}
function remembered() {
  try { return localStorage.getItem("shade"); } catch (refused) { return null; }
}
shade(remembered());
const button = document.getElementById("shade");
button.hidden = false;
button.addEventListener("click", () => {
  const dark = root.style.colorScheme === "dark"
    || root.style.colorScheme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches;
  shade(dark ? "light" : "dark");
  try { localStorage.setItem("shade", dark ? "light" : "dark"); } catch (refused) { /* kept for this page */ }
});

// The page in the navigation; a claim that is linked opens what it is folded into.
for (const link of document.querySelectorAll("nav a")) {
  if (link.href === location.href.split(/[?#]/)[0]) {
    link.setAttribute("aria-current", "page");
  }
}
const unfold = () => {
  for (let at = location.hash.length > 1 && document.getElementById(location.hash.slice(1)); at; at = at.parentElement) {
    if (at.tagName === "DETAILS") {
      at.open = true;
      document.getElementById(location.hash.slice(1)).scrollIntoView();
    }
  }
};
addEventListener("hashchange", unfold);
unfold();

// Commands are copied by a button.
for (const command of document.querySelectorAll(".try")) {
  const copy = document.createElement("button");
  copy.type = "button";
  copy.className = "copy";
  copy.textContent = "Copy";
  copy.addEventListener("click", () => navigator.clipboard.writeText(command.firstChild.textContent)
    .then(() => { copy.textContent = "Copied"; }, () => getSelection().selectAllChildren(command.firstChild)));
  command.before(copy);
}

// Pictures zoom by keys and buttons.
for (const box of document.querySelectorAll(".zoom")) {
  let zoom = 1;
  const set = value => {
    zoom = Math.min(8, Math.max(1, value));
    box.classList.toggle("larger", zoom > 1);
    box.style.setProperty("--zoom", zoom);
  };
  const tools = document.createElement("div");
  tools.className = "tools";
  for (const [sign, words, change] of [["+", "Zoom in", () => zoom * 1.5], ["−", "Zoom out", () => zoom / 1.5],
    ["fit", "Fit to the page", () => 1]]) {
    const tool = document.createElement("button");
    tool.type = "button";
    tool.textContent = sign;
    tool.setAttribute("aria-label", words);
    tool.addEventListener("click", () => set(change()));
    tools.append(tool);
  }
  box.before(tools);
  box.addEventListener("keydown", event => {
    const change = {"+": 1.5, "=": 1.5, "-": 1 / 1.5, "0": 0}[event.key];
    if (change !== undefined && !event.ctrlKey && !event.metaKey) {
      set(zoom * change);
      event.preventDefault();
    }
  });
}

// The search: pages that have all words, those with all in their titles first, then by kind.
const kinds = ["paper", "document", "notebook", "figure"];
const query = document.querySelector("header input[name=q]");
const home = document.querySelector("header .name").getAttribute("href").replace("index.html", "");
const find = () => {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const titled = page => words.every(word => page.title.toLowerCase().includes(word)) ? 0 : 1;
  return words.length ? PAGES.filter(page => words.every(word => page.words.includes(word)))
    .sort((a, b) => titled(a) - titled(b) || kinds.indexOf(a.kind) - kinds.indexOf(b.kind)) : [];
};
const listed = page => {
  const item = document.createElement("p");
  const link = document.createElement("a");
  link.href = home + page.url;
  link.textContent = page.title;
  item.append(page.kind + ": ", link);
  return item;
};

// The gallery: filters and search, kept in the address; elsewhere the search answers below its field.
const filters = document.getElementById("filters");
if (!filters) {
  const hits = document.getElementById("hits");
  const most = 8;
  const answer = () => {
    const pages = find();
    const more = document.createElement("p");
    const all = document.createElement("a");
    all.href = home + "gallery.html?q=" + encodeURIComponent(query.value);
    all.textContent = "all " + pages.length + " pages";
    more.append(pages.length > most ? all : pages.length ? "" : query.value.trim() ? "no page has these words" : "");
    hits.replaceChildren(...pages.slice(0, most).map(listed), ...more.textContent ? [more] : []);
  };
  query.addEventListener("input", answer);
  query.addEventListener("focus", answer);
  query.form.addEventListener("keydown", event => { if (event.key === "Escape") { hits.replaceChildren(); } });
  document.addEventListener("click", event => { if (!query.form.contains(event.target)) { hits.replaceChildren(); } });
} else {
  const asked = new URLSearchParams(location.search);
  for (const page of PAGES.filter(one => one.kind === "paper" && !one.url.endsWith("index.html"))) {
    filters.elements.paper.add(new Option(page.title, page.url.slice(7, -5)));
  }
  const names = ["area", "paper", "verdict"];
  query.value = asked.get("q") || "";
  for (const name of names) {
    const choice = filters.elements[name];
    if ([...choice.options].some(option => option.value === asked.get(name))) {
      choice.value = asked.get(name);
    }
  }
  const show = () => {
    const searched = query.value.trim();
    const pages = find();
    const hits = new Set(pages.map(page => page.url));
    const chosen = Object.fromEntries(names.map(name => [name, filters.elements[name].value]));
    let count = 0;
    for (const card of document.querySelectorAll(".cards li")) {
      const verdicts = [...card.querySelectorAll(".chip")].map(chip => chip.classList[1]);
      const fits = (!searched || hits.has(card.dataset.url))
        && (!chosen.area || card.closest("section").firstElementChild.id === chosen.area)
        && (!chosen.paper || card.dataset.paper.split(" ").includes(chosen.paper))
        && (!chosen.verdict || (chosen.verdict === "reproduced" ? verdicts.join() === "reproduced"
          : verdicts.includes(chosen.verdict)));
      card.hidden = !fits;
      count += fits;
    }
    document.getElementById("count").textContent = count + (count === 1 ? " figure" : " figures");
    const found = document.getElementById("found");
    found.replaceChildren();
    const others = pages.filter(page => page.kind !== "figure").map(listed);
    found.append(...others.length ? ["Pages:", ...others] : []);
    const address = new URLSearchParams(Object.entries({q: query.value, ...chosen}).filter(([, value]) => value));
    try { history.replaceState(null, "", [...address].length ? "?" + address : location.pathname); } catch (refused) { /* a file */ }
  };
  filters.addEventListener("change", show);
  query.addEventListener("input", show);
  query.form.addEventListener("submit", event => { event.preventDefault(); show(); });
  show();
}

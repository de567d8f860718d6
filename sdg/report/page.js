"use strict";
// Draws annotations over the pictures and switches layers. Everything comes from the block of data in this page;
// names are put in as text only.

const data = JSON.parse(document.getElementById("data").textContent);
const SVG = "http://www.w3.org/2000/svg";
const on = new Set();
const hidden = new Set();
let base = "photo";

function make(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function draw(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

const label = (thing) => (data.classes[thing.c] || ["?", "#888888"])[0];
const color = (thing) => (data.classes[thing.c] || ["?", "#888888"])[1];

// --- what is drawn over a picture ---

const shapes = {
  masks: (thing, ink) => thing.m ? [draw("path", { class: "mask", d: thing.m, fill: ink, stroke: ink })] : [],
  boxes: (thing, ink) => {
    if (!thing.b) return [];
    const [x, y, width, height] = thing.b;
    if (width < 0 || height < 0) return [];
    const d = `M${x} ${y}h${width}v${height}h${-width}z`;
    return [draw("path", { class: "rim", d }), draw("rect", { x, y, width, height, stroke: ink })];
  },
  cuboids: (thing, ink) => thing.q
    ? [draw("path", { class: "rim", d: thing.q }), draw("path", { class: "cuboid", d: thing.q, stroke: ink })] : [],
  keypoints: (thing, ink, radius) => {
    const points = [];
    for (let first = 0; first + 2 < (thing.k || []).length; first += 3) points.push(thing.k.slice(first, first + 3));
    const there = (point) => point && point[2] > 0;
    const bones = (data.skeletons[thing.c] || []).filter(([a, b]) => there(points[a]) && there(points[b]));
    return [
      ...bones.map(([a, b]) => draw("path", { d: `M${points[a][0]} ${points[a][1]}L${points[b][0]} ${points[b][1]}`, stroke: ink })),
      ...points.filter(there).map(([cx, cy]) => draw("circle", { cx, cy, r: radius, fill: ink })),
    ];
  },
};

const counted = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const isAbout = (thing, annotation) => annotation !== null && String(thing.n) === annotation;

function overlay(picture, annotation) {
  const [width, height] = picture.size;
  const drawing = draw("svg", { class: "things", viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  picture.things.forEach((thing, place) => {
    const wanted = isAbout(thing, annotation);
    if (hidden.has(String(thing.c)) && !wanted) return;
    const group = draw("g", { "data-thing": place, class: wanted ? "found" : "" });
    // What a finding is about is seen whatever is switched on.
    const layers = wanted ? new Set([...on, "boxes"]) : on;
    for (const layer of layers) group.append(...shapes[layer](thing, color(thing), Math.max(width, height) / 160));
    if (group.childNodes.length) drawing.append(group);
  });
  return drawing;
}

function dress(view, picture, photo, annotation = null) {
  view.querySelectorAll("svg, .range, .absent").forEach((old) => old.remove());
  const image = view.querySelector("img");
  const source = base === "photo" ? photo : picture[base];
  if (source && image.src !== source) image.src = source;
  image.hidden = !source;
  if (!source) {
    const missing = base === "photo" ? (picture.unread ? "can't be read" : "no picture") : `no ${base} here`;
    view.append(make("span", { class: "absent" }, missing));
  }
  if (base === "depth" && source) {
    const [near, far] = picture.range;
    view.append(make("span", { class: "range", title: "on a logarithmic scale" }, near.toPrecision(3), make("i", {}), `${far.toPrecision(3)} m`));
  }
  if (on.size || annotation !== null) view.append(overlay(picture, annotation));
}

// --- the gallery ---

const figures = [...document.querySelectorAll(".picture")].map((figure) => {
  const image = figure.querySelector("img");
  return { figure, view: figure.querySelector(".view"), picture: data.pictures[figure.dataset.index], photo: image.getAttribute("src") };
});

// Tiles are as wide and high as most pictures; others stand inside.
const gallery = document.getElementById("gallery");
if (gallery) {
  const aspects = figures.map(({ picture }) => picture.size[0] / picture.size[1]).filter(Number.isFinite).sort((a, b) => a - b);
  const middle = aspects[Math.floor(aspects.length / 2)] || 4 / 3;
  gallery.style.setProperty("--aspect", Math.min(Math.max(middle, 0.75), 2.2));
}

// Only what is near the window is drawn at once.
const near = new Set();
const watcher = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    const place = Number(entry.target.dataset.index);
    if (!entry.isIntersecting) { near.delete(place); continue; }
    near.add(place);
    refresh(place);
  }
}, { rootMargin: "400px" });
const drawn = new Map();
let state = 0;

function refresh(place) {
  if (drawn.get(place) === state) return;
  drawn.set(place, state);
  const { view, picture, photo } = figures[place];
  dress(view, picture, photo);
}

function update() {
  state += 1;
  near.forEach(refresh);
  classes.forEach((button) => { button.disabled = on.size === 0; }); // there is nothing that they could hide
  if (viewer.open) show(current, marked);
}

function press(button, pressed) { button.setAttribute("aria-pressed", String(pressed)); }

const classes = document.querySelectorAll(".class");
const switches = document.querySelectorAll(".switch");
switches.forEach((button) => {
  if (button.getAttribute("aria-pressed") === "true") on.add(button.dataset.layer);
  button.addEventListener("click", () => {
    const layer = button.dataset.layer;
    if (!on.delete(layer)) on.add(layer);
    press(button, on.has(layer));
    update();
  });
});

const bases = document.querySelectorAll("[data-base]");
bases.forEach((button) => button.addEventListener("click", () => {
  base = button.dataset.base;
  document.body.dataset.base = base;
  bases.forEach((other) => press(other, other === button));
  update();
}));

classes.forEach((button) => button.addEventListener("click", () => {
  const wanted = button.dataset.class;
  if (!hidden.delete(wanted)) hidden.add(wanted);
  press(button, !hidden.has(wanted));
  update();
}));

const more = document.getElementById("more");
if (more) more.addEventListener("click", () => {
  gallery.classList.remove("few");
  const shown = document.getElementById("shown");
  shown.textContent = shown.dataset.every;
  more.remove();
});

// --- one picture, large ---

const viewer = document.getElementById("viewer");
let current = 0;
let marked = null; // the annotation that a finding is about

function mark(place, marked) {
  viewer.querySelectorAll(`[data-thing="${place}"]`).forEach((each) => each.classList.toggle("marked", marked));
}

function show(place, annotation = null) {
  current = (place + figures.length) % figures.length;
  marked = annotation;
  const { figure, picture, photo } = figures[current];
  const link = figure.querySelector("figcaption a").cloneNode(true);
  link.textContent = link.title;
  link.title = "open the file itself";
  const stage = make("div", { class: "stage" }, make("img", { alt: link.textContent }));
  const [width, height] = picture.size;
  stage.style.setProperty("--aspect", width > 0 && height > 0 ? width / height : 4 / 3);
  dress(stage, picture, photo, marked);
  const button = (text, title, act) => {
    const made = make("button", { type: "button", title, "aria-label": title }, text);
    made.addEventListener("click", act);
    return made;
  };
  const row = make("div", { class: "row" },
    button("\u2190", "previous picture", () => show(current - 1)),
    button("\u2192", "next picture", () => show(current + 1)),
    button("\u2715", "close", () => viewer.close()));
  const copies = (originals, kind) => make("div", { class: kind }, ...[...originals].map((original) => {
    const made = button(original.textContent, `show ${original.textContent}`, () => original.click());
    made.className = original.className;
    press(made, original.getAttribute("aria-pressed") === "true");
    return made;
  }));
  const layers = [copies(bases, "segmented"), copies(switches, "switches")].filter((row) => row.childNodes.length);
  const list = make("ul", {});
  picture.things.forEach((thing, at) => {
    if (hidden.has(String(thing.c)) && !isAbout(thing, marked)) return;
    const swatch = draw("svg", { class: "swatch", viewBox: "0 0 10 10" });
    swatch.append(draw("rect", { width: 10, height: 10, fill: color(thing) }));
    const told = [];
    if (thing.z !== undefined) told.push(`${thing.z.toPrecision(3)} m`);
    if (thing.v !== undefined) told.push(`${Math.round(100 * thing.v)} % visible`);
    if (!told.length && thing.a) told.push(`${thing.a} px²`);
    const item = make("li", { "data-thing": at, tabindex: 0, title: thing.a ? `${thing.a} px²` : "" }, swatch, make("span", {}, label(thing)), make("small", {}, told.join(", ")));
    if (isAbout(thing, marked)) item.className = "found";
    for (const event of ["pointerenter", "focus"]) item.addEventListener(event, () => mark(at, true));
    for (const event of ["pointerleave", "blur"]) item.addEventListener(event, () => mark(at, false));
    list.append(item);
  });
  const findings = make("ul", { class: "told" }, ...(picture.findings || []).map(([severity, code, message, annotation]) => {
    const known = ["error", "warning", "note"].includes(severity) ? severity : "note";
    const item = make("li", {}, make("span", { class: `chip ${known}` }, `${known} ${code}`), make("span", {}, message));
    if (annotation !== null && picture.things.some((thing) => isAbout(thing, String(annotation)))) {
      item.append(button("show", `show annotation ${annotation}`, () => show(current, String(annotation))));
    }
    return item;
  }));
  stage.querySelectorAll("g").forEach((group) => {
    const title = draw("title", {});
    title.textContent = label(picture.things[group.dataset.thing]);
    group.append(title);
  });
  const left = picture.count - picture.things.length;
  const about = `${current + 1} of ${figures.length}: ${width} \u00d7 ${height}, ${counted(picture.count, "object")}`;
  const side = make("div", { class: "side" }, row, make("p", {}, link), make("p", {}, about), ...layers);
  if (findings.childNodes.length) side.append(findings);
  side.append(list);
  if (left > 0) side.append(make("p", {}, `and ${left} more`));
  const held = viewer.contains(document.activeElement) ? document.activeElement.title : "";
  viewer.replaceChildren(make("div", { class: "viewer" }, make("div", { class: "canvas" }, stage), side));
  const same = [...viewer.querySelectorAll("button")].find((each) => each.title === held);
  if (same) same.focus();
}

figures.forEach(({ figure, view }, place) => {
  view.addEventListener("click", () => {
    show(place);
    viewer.showModal();
  });
  watcher.observe(figure);
});
// A finding leads to its picture, and to what in it is meant.
document.querySelectorAll("#findings a").forEach((link) => {
  const address = link.getAttribute("href");
  const place = figures.findIndex(({ figure }) => `#${figure.id}` === address);
  if (place < 0) return;
  link.addEventListener("click", () => {
    show(place, link.closest("tr").dataset.annotation ?? null);
    viewer.showModal();
  });
});
viewer.addEventListener("click", (event) => { if (event.target === viewer) viewer.close(); });
document.addEventListener("keydown", (event) => {
  if (!viewer.open) return;
  if (event.key === "ArrowLeft") show(current - 1);
  if (event.key === "ArrowRight") show(current + 1);
});

// --- light and dark ---

const root = document.documentElement;
function remembered(theme) {
  try {
    if (theme) localStorage.setItem("sdg-report-theme", theme);
    return localStorage.getItem("sdg-report-theme");
  } catch { return theme; } // some browsers give files no memory
}
const theme = remembered();
if (theme === "light" || theme === "dark") root.dataset.theme = theme;
document.getElementById("theme").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  remembered(root.dataset.theme);
});

// --- every picture ---

const names = document.getElementById("names");
if (names) {
  const filter = document.getElementById("filter");
  const button = document.getElementById("more-names");
  const PAGE = 300;
  let found = data.names;
  let listed = 0;
  // Half a character, which a name may hold, can't be part of an address.
  const whole = (name) => name.replace(/\p{Surrogate}/gu, "\ufffd");
  const address = (name) => data.root + whole(name).split("/").map(encodeURIComponent).join("/");
  const list = () => {
    const next = found.slice(listed, listed + PAGE);
    listed += next.length;
    names.append(...next.map((name) => make("li", {}, make("a", { href: address(name), target: "_blank", rel: "noopener" }, name))));
    button.hidden = listed >= found.length;
  };
  const begin = () => {
    const wanted = filter.value.toLowerCase();
    found = wanted ? data.names.filter((name) => name.toLowerCase().includes(wanted)) : data.names;
    listed = 0;
    names.replaceChildren();
    list();
  };
  names.closest("details").addEventListener("toggle", () => { if (!listed) begin(); });
  filter.addEventListener("input", begin);
  button.addEventListener("click", list);
}

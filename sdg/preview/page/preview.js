// Shows a state: one that stands in the page, or the server's, for whose changes it asks again and again.
"use strict";

const OVERLAYS = ["masks", "boxes", "cuboids"];
const BASES = ["rgb", "depth", "semantic", "instance", "normals"];
const SVG = "http://www.w3.org/2000/svg";
const RETRY_MS = 1000;
const TAG_PX = 15; // how high a name is

const byId = (id) => document.getElementById(id);
const embedded = byId("state").textContent.trim();
const live = embedded === "";
const chosen = { base: "rgb", masks: false, boxes: true, cuboids: false, at: 0 };
let state = live ? null : JSON.parse(embedded);
let shownFrame = null; // what the views were last built from

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function drawing(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function counted(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function currentFrame() {
  return state.frames[live ? 0 : chosen.at];
}

// --- views ---------------------------------------------------------------------------------------------------

function describeThing(thing) {
  const title = drawing("title", {});
  title.textContent = `${thing.name} (${thing.label}), ${Math.round(100 * thing.visible)} % visible`;
  return title;
}

function buildBoxes(view) {
  const svg = drawing("svg", { class: "boxes", viewBox: `0 0 ${view.width} ${view.height}`, "aria-hidden": "true" });
  for (const thing of view.things) {
    const [x, y, width, height] = thing.box;
    const place = { x, y, width, height };
    svg.append(
      drawing("rect", { ...place, class: "rim" }),
      drawing("rect", { ...place, stroke: thing.color }),
      drawing("rect", { ...place, class: "hit" }, describeThing(thing)),
    );
  }
  return svg;
}

function buildCuboids(view) {
  const svg = drawing("svg", { class: "cuboids", viewBox: `0 0 ${view.width} ${view.height}`, "aria-hidden": "true" });
  for (const thing of view.things) {
    const d = thing.edges.map((run) => "M" + run.map((point) => point.join(" ")).join("L")).join("");
    svg.append(drawing("path", { d, class: "rim" }), drawing("path", { d, stroke: thing.color }));
  }
  return svg;
}

function buildLabels(view) {
  const labels = element("div", { class: "labels" });
  // Where there isn't room for all, the larger things are named.
  for (const thing of [...view.things].sort((a, b) => b.box[2] * b.box[3] - a.box[2] * a.box[3])) {
    const label = element("span", {}, thing.label);
    label.style.background = thing.color;
    label.style.color = thing.ink;
    label.box = thing.box;
    labels.append(label);
  }
  labels.width = view.width;
  return labels;
}

// Puts each name above its box, or just inside; a name that would cover another, or half of which would be outside,
// is left out.
function placeLabels(labels) {
  const scale = labels.clientWidth / labels.width;
  const taken = [];
  for (const label of labels.children) {
    const [x, y, width, height] = label.box.map((value) => value * scale);
    const wide = label.offsetWidth;
    const left = Math.max(0, Math.min(x, labels.clientWidth - wide));
    const places = y >= TAG_PX ? [y - TAG_PX, y] : [y];
    const top = places.find((place) =>
      taken.every(([l, t, w]) => l + w <= left || left + wide <= l || Math.abs(t - place) >= TAG_PX));
    const fits = top !== undefined && wide <= 1.6 * width && height >= TAG_PX / 2;
    label.style.visibility = fits ? "visible" : "hidden";
    if (!fits) continue;
    label.style.left = `${left}px`;
    label.style.top = `${top}px`;
    label.classList.toggle("inside", top === y);
    taken.push([left, top, wide]);
  }
}

const resized = new ResizeObserver((entries) => entries.forEach((entry) => placeLabels(entry.target)));

function buildView(view) {
  const figure = element("figure", { class: view.stale ? "view stale" : "view", "data-camera": view.camera });
  const note = element("span", { class: "note" });
  figure.append(element("figcaption", {}, element("strong", {}, view.camera), note));
  if (!view.pictures) {
    figure.append(element("div", { class: "stage waiting" }, "rendering…"));
    return figure;
  }
  const samples = view.stale ? "rendering…" : `${counted(view.spp, "sample")}${view.spp === 1 ? ", draft" : ""}`;
  note.textContent = `${view.width} × ${view.height} · ${counted(view.things.length, "object")} · ${samples}`;
  const base = element("img", { class: "base", width: view.width, height: view.height });
  const masks = element("img", { class: "masks", alt: "", src: view.pictures.masks });
  base.alt = `what ${view.camera} sees`;
  base.src = view.pictures[chosen.base];
  base.shown = view.pictures;
  const labels = buildLabels(view);
  const stage = element("div", { class: "stage" }, base, masks, buildBoxes(view), buildCuboids(view), labels);
  if (view.depth_ends_m) {
    const [near, far] = view.depth_ends_m;
    const title = "depth, on a logarithmic scale";
    stage.append(element("div", { class: "scale", title }, near.toPrecision(3), element("i"), `${far.toPrecision(3)} m`));
  } else {
    stage.append(element("div", { class: "scale" }, "no depth"));
  }
  // The whole picture is to be seen at once, with its caption and the page's head.
  figure.style.setProperty("--aspect", view.width / view.height);
  figure.append(stage);
  resized.observe(labels);
  return figure;
}

// --- beside the views ----------------------------------------------------------------------------------------

function buildClasses(frame) {
  const total = new Map();
  for (const view of frame.views) {
    for (const seen of view.classes || []) {
      const before = total.get(seen.name) || { color: seen.color, share: 0 };
      total.set(seen.name, { color: seen.color, share: before.share + seen.share / frame.views.length });
    }
  }
  const items = [...total].sort((a, b) => b[1].share - a[1].share);
  byId("classes").replaceChildren(
    ...items.map(([name, { color, share }]) => {
      const swatch = element("span", { class: "swatch" });
      swatch.style.background = color;
      const percent = share < 0.001 ? "<0.1 %" : `${(100 * share).toPrecision(2)} %`;
      return element("li", {}, swatch, element("span", { class: "name" }, name), element("span", { class: "share" }, percent));
    }),
  );
}

function showDrawn() {
  const frame = state && currentFrame();
  const wanted = byId("filter").value.trim().toLowerCase();
  const drawn = frame ? frame.drawn : [];
  const rows = drawn.filter(({ name }) => name.toLowerCase().includes(wanted));
  byId("drawn").replaceChildren(
    ...rows.map(({ name, value }) => {
      const kind = /^[^ ]*\d[^ ]*$/.test(value) && value.length < 16 ? "number" : "";
      return element("tr", {}, element("td", {}, ...breakable(name)), element("td", { class: kind }, value));
    }),
  );
  const none = drawn.length ? `no name of the ${counted(drawn.length, "value")} has “${wanted}” in it` : "nothing is drawn";
  byId("none").textContent = frame && rows.length === 0 ? none : "";
}

// A name's parts, between which a line may end.
function breakable(name) {
  return name.split(/(?<=[.@])/).flatMap((part, at) => (at ? [element("wbr"), part] : [part]));
}

function showFaults() {
  const faults = byId("faults");
  faults.hidden = state.faults.length === 0;
  faults.replaceChildren(
    ...state.faults.map((fault) =>
      element(
        "div",
        { class: "fault", "data-severity": fault.severity, role: fault.severity === "error" ? "alert" : "note" },
        element("strong", {}, fault.title),
        element("pre", {}, fault.text),
      ),
    ),
  );
}

// --- the whole page ------------------------------------------------------------------------------------------

function showStatus(text, kind) {
  const status = byId("status");
  status.textContent = text;
  status.title = text;
  if (state && !currentFrame()) {
    byId("views").replaceChildren(element("div", { class: "stage waiting" }, kind === "bad" ? "nothing to show yet" : `${text}…`));
  }
  status.dataset.kind = kind;
}

function showChoices() {
  document.body.dataset.base = chosen.base;
  for (const overlay of OVERLAYS) document.body.dataset[overlay] = chosen[overlay] ? "on" : "off";
  for (const button of document.querySelectorAll("[data-base]")) {
    if (button.tagName === "BUTTON") button.setAttribute("aria-pressed", button.dataset.base === chosen.base);
  }
  for (const button of document.querySelectorAll("[data-overlay]")) {
    button.setAttribute("aria-pressed", chosen[button.dataset.overlay]);
  }
  for (const base of document.querySelectorAll(".stage .base")) base.src = base.shown[chosen.base];
}

function showFrame() {
  const frame = currentFrame();
  const asked = live ? state.asked : { frame: frame.frame_index, seed: frame.seed };
  if (document.activeElement !== byId("frame")) byId("frame").value = asked.frame;
  if (document.activeElement !== byId("seed")) byId("seed").value = asked.seed;
  byId("seed").readOnly = !live;
  byId("frame-back").disabled = live ? asked.frame === 0 : chosen.at === 0;
  byId("frame-on").disabled = !live && chosen.at === state.frames.length - 1;
  byId("seed-back").disabled = asked.seed === "0" || asked.seed === "";
  document.body.classList.toggle("stale", live && state.stale);
  document.body.classList.toggle("empty", !frame);
  const described = JSON.stringify(frame ?? null);
  if (described === shownFrame) return;
  shownFrame = described;
  const views = byId("views");
  if (frame) {
    views.classList.toggle("single", frame.views.length === 1);
    views.replaceChildren(...frame.views.map(buildView));
    if (frame.views.length === 0) views.append(element("p", { class: "note" }, "no camera takes a picture in this frame"));
    buildClasses(frame);
  }
  showDrawn();
  showChoices();
}

function showState() {
  document.title = `${state.name || "recipe"} · sdg preview`;
  byId("name").textContent = state.name || "sdg preview";
  byId("recipe").textContent = state.recipe;
  byId("recipe").title = state.recipe;
  showFaults();
  if (live) showStatus(state.status, state.kind);
  showFrame();
}

// --- what people do ------------------------------------------------------------------------------------------

async function ask(change) {
  if (!live) {
    const index = state.frames.findIndex((frame) => frame.frame_index === change.frame);
    if (index >= 0) chosen.at = index;
    showFrame();
    return;
  }
  state.asked = { ...state.asked, ...change };
  state.stale = true;
  showFrame();
  try {
    const { frame, seed, own } = state.asked;
    const wish = { frame, seed: own ? "" : seed }; // no seed: the recipe's own, whatever it is changed to
    await fetch("/show", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(wish) });
  } catch {
    showStatus("the server does not answer", "bad");
  }
}

function step(by) {
  if (!state) return;
  if (live) {
    if (state.asked.frame + by >= 0) ask({ frame: state.asked.frame + by });
  } else {
    const there = state.frames[chosen.at + by];
    if (there) ask({ frame: there.frame_index });
  }
}

function stepSeed(by) {
  if (state && live && state.asked.seed !== "") {
    const seed = BigInt(state.asked.seed) + BigInt(by);
    if (seed >= 0n) ask({ seed: String(seed), own: false });
  }
}

function typed(input, take) {
  input.addEventListener("change", () => {
    const text = input.value.trim();
    input.blur();
    if (state && /^[0-9]{0,18}$/.test(text)) take(text);
    if (state) showFrame();
  });
}

function setUp() {
  document.body.classList.toggle("live", live);
  byId("frame-back").addEventListener("click", () => step(-1));
  byId("frame-on").addEventListener("click", () => step(1));
  byId("seed-back").addEventListener("click", () => stepSeed(-1));
  byId("seed-on").addEventListener("click", () => stepSeed(1));
  typed(byId("frame"), (text) => text !== "" && ask({ frame: Math.min(Number(text), 999999999) }));
  typed(byId("seed"), (text) => ask(text === "" ? { own: true } : { seed: String(BigInt(text)), own: false }));
  byId("filter").addEventListener("input", showDrawn);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.base) chosen.base = button.dataset.base;
    if (button.dataset.overlay) chosen[button.dataset.overlay] = !chosen[button.dataset.overlay];
    showChoices();
  });
  document.addEventListener("keydown", (event) => {
    if (event.target.tagName === "INPUT" || event.ctrlKey || event.metaKey || event.altKey) return;
    const overlay = { m: "masks", b: "boxes", c: "cuboids" }[event.key];
    if (event.key === "ArrowLeft") step(-1);
    else if (event.key === "ArrowRight") step(1);
    else if (overlay) chosen[overlay] = !chosen[overlay];
    else if (BASES[Number(event.key) - 1]) chosen.base = BASES[Number(event.key) - 1];
    showChoices();
  });
  showChoices();
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/state?after=${state ? state.version : 0}`, { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const next = await answer.json();
      if (!state || next.version !== state.version) {
        state = next;
        showState();
      }
    } catch {
      showStatus("the server does not answer", "bad");
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
  }
}

setUp();
if (live) follow();
else showState();

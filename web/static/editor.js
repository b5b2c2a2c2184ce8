// Correcting a transcript with the keyboard: one segment is on the bench, the player beside it.
// Each segment is an ordinary form without this.
import { show } from "./editor-words.js";
import { Saver } from "./editor-saving.js";

const root = document.getElementById("editor");
const list = document.getElementById("segments");
const player = document.getElementById("player");
const follow = document.getElementById("follow");
const shortcuts = document.getElementById("shortcuts");
const tools = document.getElementById("tools");
const unspaced = new Set(root.dataset.unspaced.split(" "));
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const beside = matchMedia("(min-width: 60rem)");
const LEAST_SPEED = 0.5;
const MOST_SPEED = 2;
const LEAD_MS = 2000;
const MOST_UNDONE = 200;

const bench = document.getElementById("bench").content.firstElementChild.cloneNode(true);
const field = (id) => bench.querySelector(`#${id}`);
const [words, who, language, checked, why] = ["words", "who", "language", "checked", "why"].map(field);
const tags = new Map([...language.options].map((option) => [option.value, option.dataset.tag]));

let items = [...list.children];
let starts = items.map((item) => Number(item.dataset.s));
let active = null;
let spoken = null;
let typed = false; // since the player was started
let burst = null; // the segment whose typing the last undo step is of
const undone = [];

const saver = new Saver({
  ...root.dataset,
  changes: Number(root.dataset.changes),
  onState: tell,
  onSaved: take,
  onConflict: collide,
  onNews: hear,
});

// ---- what the page says ----
const STATES = {
  saved: () => `Saved at ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.`,
  typing: () => "Not saved yet…",
  saving: () => "Saving…",
  offline: () => "Offline: kept in this browser, and sent as soon as the archive answers.",
  refused: (told) => `Not saved, kept in this browser. ${told ?? ""}`,
  conflict: () => "Somebody else changed a segment: choose which text stays.",
  full: () => "This browser keeps nothing. Stay until everything is saved.",
};

function tell(state, told) {
  say(STATES[state](told), state);
}

function say(text, state = "") {
  const line = document.getElementById("state");
  line.dataset.state = state;
  if (line.textContent !== text) line.textContent = text; // read aloud at each change
}

function clock(ms) {
  const whole = Math.floor(ms / 1000);
  const two = (n) => String(n).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

// ---- segments ----
const uidOf = (item) => item.id.slice(2);
const itemOf = (uid) => document.getElementById(`u-${uid}`);
const revisionOf = (item) => Number(item.dataset.r);
const textOf = (item) => item.querySelector(":scope > p")?.textContent ?? "";
const joins = (item) => (unspaced.has(item.dataset.l) ? "" : " ");

// Attributes, not dataset, where it is about all segments: there are 1,500 of them.
function recount() {
  items = [...list.children];
  starts = items.map((item) => Number(item.getAttribute("data-s")));
  countDoubts();
}

function countDoubts() {
  const left = items.filter(isDoubtful).length;
  const line = document.getElementById("doubtful");
  if (line) line.textContent = String(left);
}

function isDoubtful(item) {
  return item.hasAttribute("data-d") && !item.hasAttribute("data-c");
}

function toggle(item, name, on) {
  if (on) item.dataset[name] = "";
  else delete item.dataset[name];
}

function write(item, { text, speaker, language: code, checked: is }) {
  if (text !== undefined) item.querySelector(":scope > p").textContent = text;
  if (speaker !== undefined) {
    if (speaker) item.dataset.w = speaker;
    else delete item.dataset.w;
  }
  if (code !== undefined) {
    item.dataset.l = code;
    item.querySelector(":scope > p").lang = tags.get(code) ?? code;
  }
  if (is !== undefined) toggle(item, "c", is);
  if (item === active) fill(item);
}

function make(uid, startMs, endMs, like) {
  const item = document.createElement("li");
  item.id = `u-${uid}`;
  Object.assign(item.dataset, { r: 0, s: startMs, e: endMs, l: like.dataset.l });
  for (const name of ["w", "d"]) if (name in like.dataset) item.dataset[name] = like.dataset[name];
  const link = Object.assign(document.createElement("a"), { href: `?segment=${uid}#u-${uid}` });
  link.append(Object.assign(document.createElement("time"), { textContent: clock(startMs) }));
  const text = Object.assign(document.createElement("p"), { dir: "auto", lang: tags.get(like.dataset.l) ?? "" });
  item.append(link, text);
  return item;
}

// ---- the bench ----
function fill(item) {
  const text = textOf(item);
  if (normal(words.value) !== normal(text) || item !== active) words.value = text;
  words.lang = tags.get(item.dataset.l) ?? "";
  // Not under the fingers of who types a name while the words before it are being saved.
  if (item !== active || document.activeElement !== who) who.value = item.dataset.w ?? "";
  language.value = item.dataset.l;
  checked.checked = "c" in item.dataset;
  why.hidden = !isDoubtful(item);
  why.textContent = why.hidden ? "" : `In doubt: ${item.dataset.d}.`;
  fit();
}

function normal(text) {
  return text.trim().replace(/\s+/gu, " ");
}

function fit() {
  words.style.setProperty("block-size", "auto");
  words.style.setProperty("block-size", `${words.scrollHeight + 4}px`);
}

function activate(item, { caret = null, seek = true } = {}) {
  if (!item) return;
  if (item !== active) {
    takeSpeaker();
    active?.classList.remove("active");
    burst = null;
    const before = active;
    active = null;
    if (before) saver.flush();
    words.value = "";
    fill(item);
    active = item;
    item.classList.add("active");
    item.append(bench);
    fill(item);
  }
  words.focus({ preventScroll: true });
  const place = caret ?? words.value.length;
  words.setSelectionRange(place, place);
  bringIntoView(item);
  if (seek && player && follow.checked) {
    const now = player.currentTime * 1000;
    if (now < Number(item.dataset.s) - 50 || now >= Number(item.dataset.e)) player.currentTime = Number(item.dataset.s) / 1000;
  }
}

// The name in the field, though nobody left the field yet.
function takeSpeaker() {
  if (active && document.activeElement === who) change(active, { speaker: normal(who.value) });
}

function bringIntoView(item) {
  const box = item.getBoundingClientRect();
  const top = beside.matches ? 0 : document.querySelector(".hand").getBoundingClientRect().bottom;
  if (box.top >= top + 8 && box.bottom <= innerHeight - 8) return;
  scrollTo({ top: scrollY + box.top - top - Math.max((innerHeight - top - box.height) / 3, 8), behavior: calm.matches ? "auto" : "smooth" });
}

// ---- changing, with a way back ----
function remember(step) {
  undone.push(step);
  if (undone.length > MOST_UNDONE) undone.shift();
}

function change(item, fields, { undo = true } = {}) {
  const before = { text: textOf(item), speaker: item.dataset.w ?? "", language: item.dataset.l, checked: "c" in item.dataset };
  const old = Object.fromEntries(Object.keys(fields).map((name) => [name, before[name]]));
  if (Object.keys(fields).every((name) => fields[name] === before[name])) return;
  if (undo && !("text" in fields && burst === uidOf(item))) remember({ op: "change", uid: uidOf(item), fields: old });
  if (undo) burst = "text" in fields ? uidOf(item) : null;
  write(item, fields);
  if ("checked" in fields) countDoubts();
  saver.change(uidOf(item), revisionOf(item), fields);
}

function split(item, first, second, uid, { undo = true } = {}) {
  const text = textOf(item);
  const [start, end] = [Number(item.dataset.s), Number(item.dataset.e)];
  const at = Math.round(start + ((end - start) * first.length) / Math.max(first.length + second.length, 1));
  const after = make(uid, at, end, item);
  item.dataset.e = at;
  item.after(after);
  write(item, { text: normal(first) });
  write(after, { text: normal(second) });
  recount();
  if (undo) remember({ op: "join", uid: uidOf(item), next: uid, text });
  burst = null;
  saver.add({ op: "split", uid: uidOf(item), revision: revisionOf(item), first, second, new: uid });
  return after;
}

function join(item, { undo = true, text } = {}) {
  const after = item.nextElementSibling;
  if (!after) return say("No segment follows this one.");
  const [first, second] = [textOf(item), textOf(after)];
  if (undo) {
    remember({
      op: "split",
      uid: uidOf(item),
      first,
      second,
      new: uidOf(after),
      fields: { speaker: after.dataset.w ?? "", language: after.dataset.l, checked: "c" in after.dataset },
    });
  }
  burst = null;
  const operation = { op: "join", uid: uidOf(item), revision: revisionOf(item), next: uidOf(after), next_revision: revisionOf(after) };
  item.dataset.e = after.dataset.e;
  if (!("c" in after.dataset)) delete item.dataset.c;
  if (after === active) activate(item, { seek: false });
  after.remove();
  write(item, { text: normal(first + joins(item) + second) });
  recount();
  saver.add(operation);
  if (text !== undefined) change(item, { text }, { undo: false });
  return first.length;
}

function freshUid() {
  return [...crypto.getRandomValues(new Uint8Array(6))].map((n) => n.toString(16).padStart(2, "0")).join("");
}

function undo() {
  const step = undone.pop();
  if (!step) return say("There is nothing to undo.");
  const item = itemOf(step.uid);
  burst = null;
  if (!item) return say("That segment is gone; undo goes no further back there.");
  if (step.op === "change") {
    change(item, step.fields, { undo: false });
    activate(item);
  } else if (step.op === "join") {
    if (item.nextElementSibling?.id === `u-${step.next}`) join(item, { undo: false, text: step.text });
    activate(item);
  } else {
    const after = split(item, step.first, step.second, step.new, { undo: false });
    change(after, step.fields, { undo: false });
    activate(after);
  }
  return undefined;
}

// ---- what the archive and other people say ----
function place(row) {
  let item = itemOf(row.uid);
  if (!item) {
    item = make(row.uid, row.start, row.end, { dataset: { l: row.language } });
    const next = items.find((one) => Number(one.dataset.s) > row.start);
    list.insertBefore(item, next ?? null);
  }
  return item;
}

function update(item, row, { text = true } = {}) {
  Object.assign(item.dataset, { r: row.revision, s: row.start, e: row.end });
  item.querySelector("time").textContent = clock(row.start);
  if (row.doubt) item.dataset.d = row.doubt;
  else delete item.dataset.d;
  if (text) write(item, row);
}

function take(saved) {
  for (const row of saved.segments) {
    if (saver.held.has(row.uid)) continue;
    const busy = saver.isBusyWith(row.uid);
    update(place(row), row, { text: !busy });
  }
  for (const uid of saved.gone) if (!saver.isBusyWith(uid)) itemOf(uid)?.remove();
  recount();
}

function collide(conflict, mine) {
  const item = itemOf(conflict.uid);
  const by = conflict.who || "A machine";
  if (mine.op === "split") itemOf(mine.new)?.remove();
  if (mine.op === "join" && (conflict.problem || conflict.theirs)) {
    // Nothing was typed that could be lost: the two are shown as they are.
    saver.settle(conflict.uid);
    sessionStorage.setItem("editor-told", conflict.problem || `${by} changed one of the two meanwhile, so they were not joined.`);
    location.reload();
    return;
  }
  if (conflict.problem) {
    if (conflict.theirs && item) update(item, conflict.theirs);
    setTimeout(() => say(conflict.problem, "refused"));
    return;
  }
  const text = mine.op === "split" ? normal(`${mine.first} ${mine.second}`) : mine.text;
  if (!conflict.theirs) {
    const lost = document.getElementById("lost");
    const line = document.createElement("p");
    line.append(`${by} joined the segment you changed with the one before it. Your text is kept here: `);
    line.append(Object.assign(document.createElement("q"), { textContent: text ?? "", dir: "auto" }));
    const done = Object.assign(document.createElement("button"), { type: "button", className: "button small quiet", textContent: "I have it" });
    done.addEventListener("click", () => {
      line.remove();
      done.remove();
      lost.hidden = !lost.children.length;
      saver.settle(conflict.uid);
    });
    lost.append(line, done);
    lost.hidden = false;
    return;
  }
  if (!item) return;
  item.querySelector(".conflict")?.remove();
  const panel = document.getElementById("conflict").content.firstElementChild.cloneNode(true);
  const part = (name) => panel.querySelector(`[data-${name}]`);
  const theirs = conflict.theirs.text;
  part("told").textContent = `${by} changed this segment while you were editing it. Nothing of either is lost: choose which stays.`;
  part("theirs").textContent = theirs;
  part("mine").textContent = text ?? describe(mine);
  show(part("difference"), theirs, text ?? theirs, unspaced.has(conflict.theirs.language));
  panel.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-choose]")?.dataset.choose;
    if (!choice) return;
    panel.remove();
    saver.settle(conflict.uid);
    update(item, conflict.theirs);
    if (choice === "mine") {
      if (mine.op === "split") split(item, mine.first, mine.second, mine.new);
      else {
        const { op, uid, revision, ...fields } = mine;
        change(item, fields);
      }
    }
    activate(item, { seek: false });
  });
  item.append(panel);
  update(item, { ...conflict.theirs }, { text: false });
  bringIntoView(item);
}

function describe({ speaker, language: code, checked: is }) {
  return [speaker !== undefined && `Speaker: ${speaker}`, code && `Language: ${code}`, is !== undefined && (is ? "Checked" : "Not checked")]
    .filter(Boolean)
    .join(", ");
}

function hear(news) {
  if (news.review !== root.dataset.review) {
    root.dataset.review = news.review;
    const badge = Object.assign(document.createElement("span"), { className: "badge", textContent: news.review });
    badge.classList.toggle("unchecked", news.review !== "checked");
    document.querySelector(".review p").replaceChildren(badge, news.who ? ` by ${news.who}` : "");
  }
  if (String(news.transcript) !== String(saver.transcript)) {
    const lost = document.getElementById("lost");
    if (lost.querySelector("[data-anew]")) return;
    const line = Object.assign(document.createElement("p"), { textContent: "The transcript was made anew meanwhile; what people corrected is in it. " });
    line.dataset.anew = "";
    line.append(Object.assign(document.createElement("a"), { href: "", textContent: "Load it" }));
    lost.append(line);
    lost.hidden = false;
    return;
  }
  for (const row of news.changed) {
    if (saver.isBusyWith(row.uid) || (itemOf(row.uid) === active && burst === row.uid && saver.waiting.length)) continue;
    const item = place(row);
    const before = textOf(item);
    const isNew = !revisionOf(item) && !before;
    update(item, row);
    item.querySelector(".told")?.remove();
    const told = Object.assign(document.createElement("div"), { className: "told" });
    told.setAttribute("role", "status");
    const at = row.at ? ` at ${new Date(row.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}` : "";
    told.append(`${row.by || "A machine"} changed this${at}`);
    if (!isNew && before !== row.text) {
      const difference = Object.assign(document.createElement("span"), { dir: "auto" });
      show(difference, before, row.text, unspaced.has(row.language));
      told.append(": ", difference);
    }
    item.append(told);
  }
  if (news.order.length) {
    const known = new Set(news.order);
    for (const item of [...list.children]) if (!known.has(uidOf(item)) && !saver.isBusyWith(uidOf(item)) && item !== active) item.remove();
    recount();
  }
}

// ---- listening ----
function at(ms) {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= ms) low = middle + 1;
    else high = middle;
  }
  return items[low - 1] ?? null;
}

function light() {
  const next = at(player.currentTime * 1000 + 50);
  if (next === spoken) return;
  spoken?.removeAttribute("aria-current");
  next?.setAttribute("aria-current", "true");
  spoken = next;
  if (spoken && follow.checked && !player.paused && !typed) bringIntoView(spoken);
}

function play() {
  if (!player) return;
  if (player.paused) {
    typed = false;
    player.play()?.catch(() => {});
  } else {
    player.pause();
    // Whoever stops has heard something: the words just said are on the bench.
    if (follow.checked && !typed) activate(at(player.currentTime * 1000) ?? items[0], { seek: false });
  }
}

function setSpeed(step) {
  if (!player) return;
  player.playbackRate = Math.min(Math.max(Math.round((player.playbackRate + step) * 100) / 100, LEAST_SPEED), MOST_SPEED);
  document.getElementById("speed").textContent = `${player.playbackRate}×`;
}

function nextDoubt() {
  const from = active ? items.indexOf(active) + 1 : 0;
  const found = [...items.slice(from), ...items.slice(0, from)].find(isDoubtful);
  if (found) activate(found);
  else say("No place is in doubt any more.");
}

const DO = {
  play,
  back: () => player && (player.currentTime = Math.max(player.currentTime - LEAD_MS / 1000, 0)),
  slower: () => setSpeed(-0.25),
  faster: () => setSpeed(0.25),
  doubt: nextDoubt,
  previous: () => activate(active?.previousElementSibling ?? items[0]),
  next: () => activate(active ? active.nextElementSibling ?? active : items[0]),
  check: () => active && change(active, { checked: !("c" in active.dataset) }),
  split() {
    if (!active) return;
    const [first, second] = [words.value.slice(0, words.selectionStart), words.value.slice(words.selectionEnd)];
    if (!first.trim() || !second.trim()) say("Put the cursor between two words to split there.");
    else activate(split(active, first, second, freshUid()), { caret: 0, seek: false });
  },
  join() {
    if (!active) return;
    const caret = join(active);
    if (caret !== undefined) activate(active, { caret, seek: false });
  },
  undo,
  who: () => active && (who.focus(), who.select()),
  language: () => active && language.focus(),
};
const KEYS = new Map(
  Object.entries({ p: "play", b: "back", ",": "slower", ".": "faster", n: "doubt", ArrowUp: "previous", ArrowDown: "next", c: "check", Enter: "split", j: "join", z: "undo", w: "who", g: "language" }),
);

// The letter on the key, or where that key writes another script (or Option makes a sign) its place.
function keyOf(event) {
  if (event.key.length > 1 || /^[a-z,.]$/i.test(event.key)) return event.key.length > 1 ? event.key : event.key.toLowerCase();
  return { Comma: ",", Period: "." }[event.code] ?? event.code.replace(/^Key/, "").toLowerCase();
}

addEventListener("keydown", (event) => {
  if (!shortcuts.checked || !event.altKey || event.ctrlKey || event.metaKey || event.getModifierState("AltGraph")) return;
  const action = KEYS.get(keyOf(event));
  if (!action) return;
  event.preventDefault();
  DO[action]();
});

tools.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) DO[button.dataset.do]();
});

words.addEventListener("input", () => {
  typed = true;
  change(active, { text: words.value });
  fit();
});
words.addEventListener("blur", () => saver.flush());
who.addEventListener("change", () => change(active, { speaker: normal(who.value) }));
language.addEventListener("change", () => change(active, { language: language.value }));
checked.addEventListener("change", () => change(active, { checked: checked.checked }));

list.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const item = event.target.closest("#segments > li");
  if (!item || event.target.closest(".bench, .conflict, .told")) return;
  if (event.target.closest("a")) event.preventDefault();
  else if (!getSelection().isCollapsed) return;
  activate(item);
});

for (const leaving of ["visibilitychange", "pagehide"]) {
  addEventListener(leaving, () => {
    if (leaving !== "pagehide" && !document.hidden) return;
    takeSpeaker();
    saver.flush({ leaving: true });
  });
}

if (player) {
  player.addEventListener("timeupdate", light);
  player.addEventListener("seeked", light);
  player.addEventListener("play", () => (typed = false));
} else {
  for (const name of ["play", "back", "slower", "faster"]) tools.querySelector(`[data-do=${name}]`).disabled = true;
}

// ---- what stays between visits ----
for (const box of [follow, shortcuts]) {
  box.checked = localStorage.getItem(`editor-${box.id}`) !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem(`editor-${box.id}`, box.checked ? "on" : "off");
    dimKeys();
  });
}

// What a tab sent while it was closed has arrived, though nobody was there to hear of it.
function arrived({ op, uid, new: half, next, ...fields }) {
  const item = itemOf(uid);
  if (op === "split") return Boolean(itemOf(half));
  if (op === "join") return Boolean(item) && !itemOf(next);
  const now = item && { text: textOf(item), speaker: item.dataset.w ?? "", language: item.dataset.l, checked: "c" in item.dataset };
  return Boolean(now) && Object.keys(now).every((name) => !(name in fields) || normal(String(now[name])) === normal(String(fields[name])));
}

function dimKeys() {
  document.getElementById("keys").classList.toggle("off", !shortcuts.checked);
}

function offerDrafts() {
  const found = [];
  for (const draft of saver.leftovers()) {
    if (draft.operations.every(arrived)) localStorage.removeItem(draft.name);
    else found.push(draft);
  }
  if (!found.length) return;
  const box = document.getElementById("draft");
  const many = found.reduce((sum, one) => sum + one.operations.length, 0);
  box.querySelector("p").textContent = `${many} change${many === 1 ? "" : "s"} of ${new Date(found.at(-1).at).toLocaleString()} had not reached the archive.`;
  box.hidden = false;
  box.addEventListener("click", (event) => {
    const choice = event.target.closest("[data-draft]")?.dataset.draft;
    if (!choice) return;
    box.hidden = true;
    for (const draft of found) {
      if (choice === "restore") for (const operation of draft.operations) redo(operation);
      localStorage.removeItem(draft.name);
    }
    if (choice === "restore") saver.flush();
  });
}

function redo(operation) {
  const item = itemOf(operation.uid);
  const { op, uid, revision, ...fields } = operation;
  if (item && op === "change") write(item, fields);
  if (item && op === "split" && !itemOf(fields.new)) {
    const half = make(fields.new, Number(item.dataset.s) + 1, Number(item.dataset.e), item);
    item.after(half);
    write(item, { text: normal(fields.first) });
    write(half, { text: normal(fields.second) });
  }
  if (item && op === "join") {
    const gone = itemOf(fields.next);
    if (gone) write(item, { text: normal(textOf(item) + joins(item) + textOf(gone)) });
    gone?.remove();
  }
  recount();
  saver.waiting.push(operation);
  saver.keep();
}

tools.hidden = false;
for (const id of ["settings", "keys"]) document.getElementById(id).hidden = false;
say(sessionStorage.getItem("editor-told") ?? "Everything is saved by itself.");
sessionStorage.removeItem("editor-told");
for (const button of tools.querySelectorAll("[data-key]")) button.setAttribute("aria-keyshortcuts", `Alt+${button.dataset.key.toUpperCase().replace("ARROW", "Arrow")}`);
const form = list.querySelector(".segment-form");
if (form) {
  const item = form.closest("li");
  const text = Object.assign(document.createElement("p"), { dir: "auto", lang: tags.get(item.dataset.l) ?? "", textContent: form.elements.text.defaultValue });
  form.replaceWith(text);
}
dimKeys();
root.dataset.ready = "";
offerDrafts();
const asked = location.hash.startsWith("#u-") ? document.getElementById(location.hash.slice(1)) : null;
if (asked) activate(asked);

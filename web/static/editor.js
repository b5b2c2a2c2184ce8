// Correcting a transcript with the keyboard: one segment is on the bench, the player beside it.
// Each segment is an ordinary form without this. Here the parts are put together, and what keys
// and buttons do is said; editor-*.js are the parts.
import { Bench } from "./editor-bench.js";
import { Changes } from "./editor-changes.js";
import { Drafts } from "./editor-drafts.js";
import { Listening } from "./editor-listening.js";
import { Others } from "./editor-others.js";
import { Saver } from "./editor-saving.js";
import { Segments, textOf } from "./editor-segments.js";

const root = document.getElementById("editor");
const list = document.getElementById("segments");
const follow = document.getElementById("follow");
const shortcuts = document.getElementById("shortcuts");
const tools = document.getElementById("tools");
const player = document.getElementById("player");

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

const QUIET = new Set(["saved", "typing", "saving"]);
const READ_MS = 3000;
let readUntil = 0; // what answers a key stays so long before "Saved" takes its place
let later = 0;

function say(text, state = "") {
  write(text, state);
  readUntil = Date.now() + READ_MS;
}

function tell(state, told) {
  clearTimeout(later);
  const wait = QUIET.has(state) ? readUntil - Date.now() : 0;
  if (wait > 0) later = setTimeout(() => write(STATES[state](told), state), wait);
  else write(STATES[state](told), state);
}

function write(text, state) {
  const line = document.getElementById("state");
  line.dataset.state = state;
  if (line.textContent !== text) line.textContent = text; // read aloud at each change
}

// ---- the parts ----
const options = [...document.getElementById("bench").content.querySelector("#language").options];
const segments = new Segments(list, {
  tags: new Map(options.map((option) => [option.value, option.dataset.tag])),
  unspaced: new Set(root.dataset.unspaced.split(" ")),
  onWritten: (item) => bench.refresh(item),
});
const listening = new Listening(player, segments, {
  follow,
  onStopped: (item) => bench.activate(item ?? segments.items[0], { seek: false }),
});
const saver = new Saver({
  ...root.dataset,
  changes: Number(root.dataset.changes),
  onState: tell,
  onSaved: (saved) => others.take(saved),
  onConflict: (conflict, mine) => others.collide(conflict, mine),
  onNews(news) {
    others.hear(news);
    drafts.offer();
  },
});
const bench = new Bench(document.getElementById("bench"), segments, {
  onChange(item, fields) {
    if ("text" in fields) listening.typed = true;
    changes.change(item, fields);
  },
  onLeave(item) {
    changes.burst = null;
    if (item) saver.flush();
  },
  onChosen: (item) => listening.goTo(item),
});
const changes = new Changes({ segments, saver, bench, say });
const others = new Others({ root, segments, saver, changes, bench, say });
const drafts = new Drafts({ segments, saver });

// ---- what keys and buttons do ----
const DO = {
  play: () => listening.toggle(),
  back: () => listening.back(),
  slower: () => listening.setSpeed(-0.25),
  faster: () => listening.setSpeed(0.25),
  doubt() {
    const found = segments.nextDoubt(bench.active);
    if (found) bench.activate(found);
    else say("No place is in doubt any more.");
  },
  previous: () => bench.activate(bench.active?.previousElementSibling ?? segments.items[0]),
  next: () => bench.activate(bench.active ? bench.active.nextElementSibling ?? bench.active : segments.items[0]),
  check: () => bench.active && changes.change(bench.active, { checked: !("c" in bench.active.dataset) }),
  split() {
    if (!bench.active) return;
    const { value, selectionStart, selectionEnd } = bench.words;
    const [first, second] = [value.slice(0, selectionStart), value.slice(selectionEnd)];
    if (!first.trim() || !second.trim()) say("Put the cursor between two words to split there.");
    else bench.activate(changes.split(bench.active, first, second), { caret: 0, seek: false });
  },
  join() {
    if (!bench.active) return;
    const caret = changes.join(bench.active);
    if (caret !== undefined) bench.activate(bench.active, { caret, seek: false });
  },
  undo: () => changes.undo(),
  who: () => bench.active && (bench.who.focus(), bench.who.select()),
  language: () => bench.active && bench.language.focus(),
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

bench.words.addEventListener("blur", () => saver.flush());

list.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const item = event.target.closest("#segments > li");
  if (!item || event.target.closest(".bench, .conflict, .told")) return;
  if (event.target.closest("a")) event.preventDefault();
  else if (!getSelection().isCollapsed) return;
  bench.activate(item);
});

for (const leaving of ["visibilitychange", "pagehide"]) {
  addEventListener(leaving, () => {
    if (leaving !== "pagehide" && !document.hidden) return;
    bench.takeSpeaker();
    saver.flush({ leaving: true });
  });
}

// ---- what stays between visits ----
function dimKeys() {
  document.getElementById("keys").classList.toggle("off", !shortcuts.checked);
}

for (const box of [follow, shortcuts]) {
  box.checked = localStorage.getItem(`editor-${box.id}`) !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem(`editor-${box.id}`, box.checked ? "on" : "off");
    dimKeys();
  });
}

// ---- the page takes over from its forms ----
function putAwayForm(form) {
  const item = form.closest("li");
  const text = Object.assign(document.createElement("p"), { dir: "auto", lang: segments.tags.get(item.dataset.l) ?? "", textContent: form.elements.text.defaultValue });
  form.replaceWith(text);
}

if (!player) for (const name of ["play", "back", "slower", "faster"]) tools.querySelector(`[data-do=${name}]`).disabled = true;
for (const button of tools.querySelectorAll("[data-key]")) button.setAttribute("aria-keyshortcuts", `Alt+${button.dataset.key.toUpperCase().replace("ARROW", "Arrow")}`);
tools.hidden = false;
for (const id of ["settings", "keys"]) document.getElementById(id).hidden = false;
write(sessionStorage.getItem("editor-told") ?? "Everything is saved by itself.", "");
sessionStorage.removeItem("editor-told");
for (const form of list.querySelectorAll(".segment-form")) putAwayForm(form);
dimKeys();
root.dataset.ready = "";
drafts.offer();
const asked = location.hash.startsWith("#u-") ? document.getElementById(location.hash.slice(1)) : null;
if (asked) bench.activate(asked);

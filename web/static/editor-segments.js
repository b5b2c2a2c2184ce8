// The segments on the page, in order of time: what each says, where it stands, which is spoken.
// Attributes, not dataset, where it is about all of them: a long session has 2,000.
import { clock, normal } from "./editor-words.js";

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const beside = matchMedia("(min-width: 60rem)");

export const uidOf = (item) => item.id.slice(2);
export const itemOf = (uid) => document.getElementById(`u-${uid}`);
export const revisionOf = (item) => Number(item.dataset.r);
export const textOf = (item) => item.querySelector(":scope > p")?.textContent ?? "";

export class Segments {
  // tags: Whisper's code → BCP 47; onWritten: told of a segment whose words or speaker changed.
  constructor(list, { tags, unspaced, onWritten }) {
    Object.assign(this, { list, tags, unspaced, onWritten });
    this.recount();
  }

  recount() {
    this.items = [...this.list.children];
    this.starts = this.items.map((item) => Number(item.getAttribute("data-s")));
    this.countDoubts();
  }

  countDoubts() {
    const line = document.getElementById("doubtful");
    if (line) line.textContent = String(this.items.filter(isDoubtful).length);
  }

  // The first in doubt after a segment, from the top again at the end.
  nextDoubt(item) {
    const from = item ? this.items.indexOf(item) + 1 : 0;
    return [...this.items.slice(from), ...this.items.slice(0, from)].find(isDoubtful);
  }

  at(ms) {
    let [low, high] = [0, this.starts.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= ms) low = middle + 1;
      else high = middle;
    }
    return this.items[low - 1] ?? null;
  }

  isUnspaced(code) {
    return this.unspaced.has(code);
  }

  // The text of two segments as of one.
  together(item, after) {
    return normal(textOf(item) + (this.isUnspaced(item.dataset.l) ? "" : " ") + textOf(after));
  }

  write(item, { text, speaker, language, checked }) {
    const words = item.querySelector(":scope > p");
    if (text !== undefined) words.textContent = text;
    if (speaker !== undefined) {
      if (speaker) item.dataset.w = speaker;
      else delete item.dataset.w;
    }
    if (language !== undefined) {
      item.dataset.l = language;
      words.lang = this.tags.get(language) ?? language;
    }
    if (checked !== undefined) toggle(item, "c", checked);
    this.onWritten(item);
  }

  make(uid, startMs, endMs, like) {
    const item = document.createElement("li");
    item.id = `u-${uid}`;
    Object.assign(item.dataset, { r: 0, s: startMs, e: endMs, l: like.dataset.l });
    for (const name of ["w", "d"]) if (name in like.dataset) item.dataset[name] = like.dataset[name];
    const link = Object.assign(document.createElement("a"), { href: `?segment=${uid}#u-${uid}` });
    link.append(Object.assign(document.createElement("time"), { textContent: clock(startMs) }));
    const text = Object.assign(document.createElement("p"), { dir: "auto", lang: this.tags.get(like.dataset.l) ?? "" });
    item.append(link, text);
    return item;
  }

  // What a segment becomes when it is divided; returns the second half.
  divide(item, first, second, uid, atMs) {
    const after = this.make(uid, atMs, Number(item.dataset.e), item);
    item.dataset.e = atMs;
    item.after(after);
    this.write(item, { text: normal(first) });
    this.write(after, { text: normal(second) });
    this.recount();
    return after;
  }

  // The segment of an answer of the archive, put where it belongs if it is not here yet.
  place(row) {
    let item = itemOf(row.uid);
    if (!item) {
      item = this.make(row.uid, row.start, row.end, { dataset: { l: row.language } });
      const next = this.items.find((one) => Number(one.dataset.s) > row.start);
      this.list.insertBefore(item, next ?? null);
    }
    return item;
  }

  update(item, row, { text = true } = {}) {
    Object.assign(item.dataset, { r: row.revision, s: row.start, e: row.end });
    item.querySelector("time").textContent = clock(row.start);
    if (row.doubt) item.dataset.d = row.doubt;
    else delete item.dataset.d;
    if (text) this.write(item, row);
  }

  bringIntoView(item) {
    const box = item.getBoundingClientRect();
    const top = beside.matches ? 0 : document.querySelector(".hand").getBoundingClientRect().bottom;
    if (box.top >= top + 8 && box.bottom <= innerHeight - 8) return;
    const free = Math.max((innerHeight - top - box.height) / 3, 8);
    scrollTo({ top: scrollY + box.top - top - free, behavior: calm.matches ? "auto" : "smooth" });
  }
}

export function isDoubtful(item) {
  return item.hasAttribute("data-d") && !item.hasAttribute("data-c");
}

// What of a segment can be changed, as it is now.
export function fieldsOf(item) {
  return { text: textOf(item), speaker: item.dataset.w ?? "", language: item.dataset.l, checked: "c" in item.dataset };
}

function toggle(item, name, on) {
  if (on) item.dataset[name] = "";
  else delete item.dataset[name];
}

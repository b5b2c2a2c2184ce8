// What the archive answers, and what other people do meanwhile: nothing of either is lost.
import { itemOf, revisionOf, textOf, uidOf } from "./editor-segments.js";
import { normal, show } from "./editor-words.js";

const lost = document.getElementById("lost");

export class Others {
  constructor({ root, segments, saver, changes, bench, say }) {
    Object.assign(this, { root, segments, saver, changes, bench, say });
  }

  // Takes over what was saved, except under the fingers of who types on.
  take(saved) {
    for (const row of saved.segments) {
      if (this.saver.held.has(row.uid)) continue;
      const busy = this.saver.isBusyWith(row.uid);
      this.segments.update(this.segments.place(row), row, { text: !busy });
    }
    for (const uid of saved.gone) if (!this.saver.isBusyWith(uid)) itemOf(uid)?.remove();
    this.segments.recount();
  }

  // Somebody else was there first.
  collide(conflict, mine) {
    const item = itemOf(conflict.uid);
    const by = conflict.who || "A machine";
    if (mine.op === "split") itemOf(mine.new)?.remove();
    if (mine.op === "join" && (conflict.problem || conflict.theirs)) {
      // Nothing was typed that could be lost: the two are shown as they are.
      this.saver.settle(conflict.uid);
      sessionStorage.setItem("editor-told", conflict.problem || `${by} changed one of the two meanwhile, so they were not joined.`);
      location.reload();
      return;
    }
    if (conflict.problem) {
      if (conflict.theirs && item) this.segments.update(item, conflict.theirs);
      this.say(conflict.problem, "refused");
      return;
    }
    const text = mine.op === "split" ? normal(`${mine.first} ${mine.second}`) : mine.text;
    if (!conflict.theirs) this.keepLost(conflict.uid, text, by);
    else if (item) this.letChoose(item, conflict, mine, text, by);
  }

  keepLost(uid, text, by) {
    const line = document.createElement("p");
    line.append(`${by} joined the segment you changed with the one before it. Your text is kept here: `);
    line.append(Object.assign(document.createElement("q"), { textContent: text ?? "", dir: "auto" }));
    const done = Object.assign(document.createElement("button"), { type: "button", className: "button small quiet", textContent: "I have it" });
    done.addEventListener("click", () => {
      line.remove();
      done.remove();
      lost.hidden = !lost.children.length;
      this.saver.settle(uid);
    });
    lost.append(line, done);
    lost.hidden = false;
  }

  letChoose(item, { uid, theirs }, mine, text, by) {
    item.querySelector(".conflict")?.remove();
    const panel = document.getElementById("conflict").content.firstElementChild.cloneNode(true);
    const part = (name) => panel.querySelector(`[data-${name}]`);
    part("told").textContent = `${by} changed this segment while you were editing it. Nothing of either is lost: choose which stays.`;
    part("theirs").textContent = theirs.text;
    part("mine").textContent = text ?? describe(mine);
    show(part("difference"), theirs.text, text ?? theirs.text, this.segments.isUnspaced(theirs.language));
    panel.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-choose]")?.dataset.choose;
      if (!choice) return;
      panel.remove();
      this.saver.settle(uid);
      this.segments.update(item, theirs);
      if (choice === "mine") this.redo(item, mine);
      this.bench.activate(item, { seek: false });
    });
    item.append(panel);
    this.segments.update(item, theirs, { text: false });
    this.segments.bringIntoView(item);
  }

  redo(item, mine) {
    if (mine.op === "split") {
      this.changes.split(item, mine.first, mine.second, { uid: mine.new });
      return;
    }
    const { op, uid, revision, ...fields } = mine;
    this.changes.change(item, fields);
  }

  // What others changed since the last time it was asked.
  hear(news) {
    this.tellReview(news);
    if (String(news.transcript) !== String(this.saver.transcript)) {
      this.tellAnew();
      return;
    }
    for (const row of news.changed) if (!this.saver.isBusyWith(row.uid)) this.tellChange(row);
    if (!news.order.length) return;
    const known = new Set(news.order);
    for (const item of [...this.segments.list.children]) {
      if (!known.has(uidOf(item)) && !this.saver.isBusyWith(uidOf(item)) && item !== this.bench.active) item.remove();
    }
    this.segments.recount();
  }

  tellReview({ review, who }) {
    if (review === this.root.dataset.review) return;
    this.root.dataset.review = review;
    const badge = Object.assign(document.createElement("span"), { className: "badge", textContent: review });
    badge.classList.toggle("unchecked", review !== "checked");
    document.querySelector(".review p").replaceChildren(badge, who ? ` by ${who}` : "");
  }

  tellAnew() {
    if (lost.querySelector("[data-anew]")) return;
    const line = Object.assign(document.createElement("p"), { textContent: "The transcript was made anew meanwhile; what people corrected is in it. " });
    line.dataset.anew = "";
    line.append(Object.assign(document.createElement("a"), { href: "", textContent: "Load it" }));
    lost.append(line);
    lost.hidden = false;
  }

  tellChange(row) {
    const item = this.segments.place(row);
    const before = textOf(item);
    const isNew = !revisionOf(item) && !before;
    this.segments.update(item, row);
    item.querySelector(".told")?.remove();
    const told = Object.assign(document.createElement("div"), { className: "told" });
    told.setAttribute("role", "status");
    const at = row.at ? ` at ${new Date(row.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}` : "";
    told.append(`${row.by || "A machine"} changed this${at}`);
    if (!isNew && before !== row.text) {
      const difference = Object.assign(document.createElement("span"), { dir: "auto" });
      show(difference, before, row.text, this.segments.isUnspaced(row.language));
      told.append(": ", difference);
    }
    item.append(told);
  }
}

function describe({ speaker, language, checked }) {
  return [speaker !== undefined && `Speaker: ${speaker}`, language && `Language: ${language}`, checked !== undefined && (checked ? "Checked" : "Not checked")]
    .filter(Boolean)
    .join(", ");
}

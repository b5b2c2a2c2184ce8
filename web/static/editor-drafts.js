// What had not reached the archive when a tab was closed: offered when the editor is opened again.
import { fieldsOf, itemOf } from "./editor-segments.js";
import { normal } from "./editor-words.js";

export class Drafts {
  constructor({ segments, saver }) {
    Object.assign(this, { segments, saver });
    this.box = document.getElementById("draft");
    this.found = saver.leftovers();
    this.box.addEventListener("click", (event) => {
      const choice = event.target.closest("[data-draft]")?.dataset.draft;
      if (choice) this.decide(choice === "restore");
    });
  }

  // Offers what has not arrived. Asked again when there is news: what a closing tab sent may
  // arrive after the page that follows it was made.
  offer() {
    if (!this.found.length) return;
    for (const draft of this.found) if (draft.operations.every(arrived)) localStorage.removeItem(draft.name);
    this.found = this.found.filter((draft) => !draft.operations.every(arrived));
    this.box.hidden = !this.found.length;
    if (this.box.hidden) return;
    const many = this.found.reduce((sum, one) => sum + one.operations.length, 0);
    const told = `${many} change${many === 1 ? "" : "s"} of ${new Date(this.found.at(-1).at).toLocaleString()} had not reached the archive.`;
    const line = this.box.querySelector("p");
    if (line.textContent !== told) line.textContent = told;
  }

  decide(restore) {
    this.box.hidden = true;
    for (const draft of this.found) {
      if (restore) for (const operation of draft.operations) redo(operation, this.segments, this.saver);
      localStorage.removeItem(draft.name);
    }
    this.found = [];
    if (restore) this.saver.flush();
  }
}

// What a tab sent while it was closed has arrived, though nobody was there to hear of it.
function arrived({ op, uid, new: half, next, ...fields }) {
  const item = itemOf(uid);
  if (op === "split") return Boolean(itemOf(half));
  if (op === "join") return Boolean(item) && !itemOf(next);
  const now = item && fieldsOf(item);
  return Boolean(now) && Object.keys(now).every((name) => !(name in fields) || normal(String(now[name])) === normal(String(fields[name])));
}

// On the page as it is now, on top of the revision that was seen: the archive tells of conflicts.
function redo(operation, segments, saver) {
  const item = itemOf(operation.uid);
  const { op, uid, revision, ...fields } = operation;
  if (item && op === "change") segments.write(item, fields);
  if (item && op === "split" && !itemOf(fields.new)) {
    segments.divide(item, fields.first, fields.second, fields.new, Number(item.dataset.s) + 1);
  }
  const gone = op === "join" && itemOf(fields.next);
  if (item && gone) {
    segments.write(item, { text: segments.together(item, gone) });
    gone.remove();
  }
  segments.recount();
  saver.takeBack(operation);
}

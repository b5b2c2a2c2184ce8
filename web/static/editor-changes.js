// What a person does to segments: change, split, join; each at once on the page, then saved, and
// with a way back.
import { hex } from "./editor-saving.js";
import { fieldsOf, itemOf, revisionOf, textOf, uidOf } from "./editor-segments.js";

const MOST_UNDONE = 200;

export class Changes {
  constructor({ segments, saver, bench, say }) {
    Object.assign(this, { segments, saver, bench, say });
    this.undone = [];
    this.burst = null; // the segment whose typing the last undo step is of
  }

  remember(step) {
    this.undone.push(step);
    if (this.undone.length > MOST_UNDONE) this.undone.shift();
  }

  change(item, fields, { undo = true } = {}) {
    const before = fieldsOf(item);
    const old = Object.fromEntries(Object.keys(fields).map((name) => [name, before[name]]));
    if (Object.keys(fields).every((name) => fields[name] === before[name])) return;
    if (undo && !("text" in fields && this.burst === uidOf(item))) this.remember({ op: "change", uid: uidOf(item), fields: old });
    if (undo) this.burst = "text" in fields ? uidOf(item) : null;
    this.segments.write(item, fields);
    if ("checked" in fields) this.segments.countDoubts();
    this.saver.change(uidOf(item), revisionOf(item), fields);
  }

  split(item, first, second, { uid = hex(6), undo = true } = {}) {
    const text = textOf(item);
    const [start, end] = [Number(item.dataset.s), Number(item.dataset.e)];
    const at = Math.round(start + ((end - start) * first.length) / Math.max(first.length + second.length, 1));
    const after = this.segments.divide(item, first, second, uid, at);
    if (undo) this.remember({ op: "join", uid: uidOf(item), next: uid, text });
    this.burst = null;
    this.saver.add({ op: "split", uid: uidOf(item), revision: revisionOf(item), first, second, new: uid });
    return after;
  }

  // Returns where in the text the two meet.
  join(item, { undo = true, text } = {}) {
    const after = item.nextElementSibling;
    if (!after) return this.say("No segment follows this one.");
    const [first, second] = [textOf(item), textOf(after)];
    if (undo) {
      const { text: _, ...fields } = fieldsOf(after);
      this.remember({ op: "split", uid: uidOf(item), first, second, new: uidOf(after), fields });
    }
    this.burst = null;
    const operation = { op: "join", uid: uidOf(item), revision: revisionOf(item), next: uidOf(after), next_revision: revisionOf(after) };
    item.dataset.e = after.dataset.e;
    if (!("c" in after.dataset)) delete item.dataset.c;
    if (after === this.bench.active) this.bench.activate(item, { seek: false });
    after.remove();
    this.segments.write(item, { text: this.segments.together(item, after) });
    this.segments.recount();
    this.saver.add(operation);
    if (text !== undefined) this.change(item, { text }, { undo: false });
    return first.length;
  }

  undo() {
    const step = this.undone.pop();
    if (!step) return this.say("There is nothing to undo.");
    const item = itemOf(step.uid);
    this.burst = null;
    if (!item) return this.say("That segment is gone; undo goes no further back there.");
    if (step.op === "change") {
      this.change(item, step.fields, { undo: false });
      this.bench.activate(item);
    } else if (step.op === "join") {
      if (item.nextElementSibling?.id === `u-${step.next}`) this.join(item, { undo: false, text: step.text });
      this.bench.activate(item);
    } else {
      const after = this.split(item, step.first, step.second, { uid: step.new, undo: false });
      this.change(after, step.fields, { undo: false });
      this.bench.activate(after);
    }
    return undefined;
  }
}

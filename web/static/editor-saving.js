// Saves what is done in the editor by itself, one request at a time, and keeps in this browser
// what has not arrived. Nothing leaves the queue before the archive has answered for it.
const SOON_MS = 1000; // after the last key
const LATEST_MS = 5000; // after the first
const AGAIN_MS = 4000;
const ASK_MS = 6000;

// A name nobody else has: so many random bytes.
export function hex(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((n) => n.toString(16).padStart(2, "0")).join("");
}

export class Saver {
  constructor({ recording, account, transcript, changes, csrf, onState, onSaved, onConflict, onNews }) {
    Object.assign(this, { transcript, changes, csrf, onState, onSaved, onConflict, onNews });
    this.address = `/api/v1/recordings/${recording}/edits`;
    this.drafts = `editor-${account}-${recording}-`;
    this.sitting = hex(8);
    this.waiting = []; // not sent
    this.sent = []; // sent, not answered
    this.held = new Map(); // uid → operation that somebody else was before, until a person chooses
    this.timer = 0;
    this.since = 0;
    this.tries = 0;
    addEventListener("online", () => this.flush());
    setInterval(() => document.hidden || this.ask(), ASK_MS);
  }

  change(uid, revision, fields) {
    const at = this.waiting.findLastIndex((one) => [one.uid, one.new, one.next].includes(uid));
    const last = this.waiting[at];
    if (last?.op === "change") Object.assign(last, fields);
    else this.waiting.push({ op: "change", uid, revision, ...fields });
    this.schedule();
  }

  add(operation) {
    this.waiting.push(operation);
    this.keep();
    this.flush();
  }

  // What another tab had not sent.
  takeBack(operation) {
    this.waiting.push(operation);
    this.keep();
  }

  isBusyWith(uid) {
    const named = (one) => [one.uid, one.new, one.next].includes(uid);
    return this.held.has(uid) || this.waiting.some(named) || this.sent.some(named);
  }

  settle(uid) {
    this.held.delete(uid);
    this.keep();
    this.tell();
  }

  schedule() {
    this.keep();
    const now = Date.now();
    this.since ||= now;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), Math.min(SOON_MS, Math.max(this.since + LATEST_MS - now, 0)));
    this.onState(navigator.onLine ? "typing" : "offline");
  }

  async flush({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (this.sent.length || !this.waiting.length) return;
    [this.sent, this.waiting, this.since] = [this.waiting, [], 0];
    this.onState("saving");
    let answer;
    let body;
    try {
      answer = await fetch(this.address, {
        method: "POST",
        keepalive: leaving,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf },
        body: JSON.stringify({ sitting: this.sitting, operations: this.sent }),
      });
      body = await answer.json();
    } catch {
      return this.failed("offline");
    }
    if (answer.status >= 500) return this.failed("offline");
    if (answer.status !== 200 && answer.status !== 409) {
      this.failed("refused", body.error);
      if (answer.status === 400) this.ask(); // the form's token may be of another session
      return undefined;
    }
    const done = this.sent;
    [this.sent, this.tries] = [[], 0];
    for (const conflict of body.conflicts) {
      const mine = Object.assign({}, ...done.filter((one) => one.uid === conflict.uid));
      if (!conflict.problem) this.held.set(conflict.uid, mine);
      this.onConflict(conflict, mine);
    }
    this.onSaved(body);
    this.keep();
    this.tell();
    if (this.waiting.length) this.schedule();
    return undefined;
  }

  failed(state, told = "") {
    [this.waiting, this.sent] = [[...this.sent, ...this.waiting], []];
    this.keep();
    this.onState(state, told);
    this.tries += 1;
    this.timer = setTimeout(() => this.flush(), AGAIN_MS * Math.min(this.tries, 8));
  }

  tell() {
    if (this.held.size) this.onState("conflict");
    else if (!this.waiting.length && !this.sent.length) this.onState("saved");
  }

  async ask() {
    const asked = new URLSearchParams({ transcript: this.transcript, since: this.changes, sitting: this.sitting });
    try {
      const answer = await fetch(`${this.address}?${asked}`);
      if (!answer.ok) return;
      const news = await answer.json();
      this.csrf = news.csrf;
      this.onNews(news);
      this.changes = Math.max(this.changes, news.changes);
    } catch {
      // offline for a moment
    }
  }

  // Drafts: what has not arrived, by the tab it was done in.
  keep() {
    const operations = [...this.held.values(), ...this.sent, ...this.waiting];
    try {
      if (!operations.length) localStorage.removeItem(this.drafts + this.sitting);
      else localStorage.setItem(this.drafts + this.sitting, JSON.stringify({ at: Date.now(), operations }));
    } catch {
      this.onState("full");
    }
  }

  leftovers() {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(this.drafts) && !name.endsWith(this.sitting));
    return names
      .map((name) => ({ name, ...JSON.parse(localStorage.getItem(name)) }))
      .sort((one, other) => one.at - other.at);
  }
}

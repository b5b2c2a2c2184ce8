// The deposit page: many files at once, each with its description, which the server keeps as it is
// typed. Unfinished uploads are listed by the server; the person picks the same file again.
// Without this script the page's ordinary form takes one file.
import { Description, write } from "./deposit-description.js";
import { KeptText } from "./kept-text.js";
import { Sending, fingerprint, left, size } from "./uploads.js";

const page = document.getElementById("uploader");
const list = document.getElementById("uploads");
const chooser = document.getElementById("files");
const error = document.getElementById("error");
const template = document.getElementById("upload-card");
const AT_ONCE = 2; // more only share a slow link
const SIGN_IN = "Do that in another tab, then press Resume. What arrived is kept, and so is what you typed.";
const GONE = "The archive does not have this upload any more. Press Resume to send the file anew; what you typed goes with it.";
const cards = [];
const kept = new KeptText(page.dataset.account);

document.getElementById("deposit").hidden = true;
page.hidden = false;

function headers() {
  return { "X-CSRFToken": page.dataset.token };
}

// Signing in again changes the form's token; the page need not be left for that.
async function renewToken() {
  const answer = await fetch("/deposit");
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = fresh.getElementById("uploader")?.dataset.token;
  if (token) page.dataset.token = token;
}

function complain(text) {
  write(error, text);
  error.hidden = !text;
  if (text) error.scrollIntoView({ block: "center" });
}

class Card {
  constructor(element, { file = null } = {}) {
    this.element = element;
    this.file = file;
    this.url = element.dataset.url || null;
    this.state = "idle"; // idle, queued, going, paused, done, failed
    this.part = (name) => element.querySelector(`[data-part=${name}]`);
    this.fields = element.querySelector("form");
    const { fingerprint: of, url } = element.dataset;
    this.ofProgram = Boolean(url) && (!of || of.startsWith("command-")); // only it can tell its file again
    this.key = of || url;
    this.description = new Description(this, this.fields, { kept, headers });
    this.part("pause").addEventListener("click", () => (this.state === "going" || this.state === "queued" ? this.pause() : this.resume()));
    this.part("discard").addEventListener("click", () => this.discard());
    this.part("again").addEventListener("change", (event) => this.pickedAgain(event.target.files[0]));
    this.part("copy").addEventListener("click", () => this.copyToOthers());
    if (!file) this.waitForFile();
    this.description.putBack();
  }

  get name() {
    return this.element.dataset.name;
  }

  say(text) {
    write(this.part("status"), text);
  }

  show(state) {
    this.state = state;
    const busy = state === "going" || state === "queued";
    this.part("pause").hidden = !this.file || state === "done" || state === "gone";
    write(this.part("pause"), busy ? "Pause" : "Resume");
    this.part("again-label").hidden = Boolean(this.file) || state === "done" || this.ofProgram;
    this.part("discard").hidden = state === "done";
    next();
  }

  waitForFile() {
    const { offset, length } = this.element.dataset;
    this.bar(Number(offset), Number(length));
    this.say(`${size(Number(offset))} of ${size(Number(length))} are here. ${this.ofProgram ? "A program sends it: start the same command again to go on." : "Choose the same file again to go on."}`);
    this.show("idle");
  }

  bar(sent, total) {
    this.part("bar").value = total ? sent / total : 0;
  }

  // The file was picked again after a reload: is it the one that was begun?
  pickedAgain(file) {
    if (!file) return;
    const { dataset } = this.element;
    if (fingerprint(file) !== dataset.fingerprint) {
      const changed = file.name === dataset.name && file.size === Number(dataset.length);
      this.say(
        changed
          ? `This file has the same name and size, but was changed since the upload began. To send it as it is now, discard this upload and choose it above.`
          : `This is another file: “${file.name}”, ${size(file.size)}. The upload began with “${dataset.name}”, ${size(Number(dataset.length))}.`,
      );
      this.element.dataset.mismatch = "yes";
      this.part("again").value = "";
      return;
    }
    delete this.element.dataset.mismatch;
    this.file = file;
    this.enqueue();
  }

  enqueue() {
    this.say("Waiting for its turn…");
    this.show("queued");
  }

  go() {
    this.sending = new Sending(this.file, {
      endpoint: page.dataset.endpoint,
      url: this.url,
      headers: headers(),
      metadata: {
        filename: this.file.name,
        filetype: this.file.type,
        fingerprint: fingerprint(this.file),
        ...(page.dataset.replaces ? { replaces: page.dataset.replaces } : {}),
      },
      chunkBytes: Number(page.dataset.chunkBytes),
      told: {
        opened: (url) => {
          this.url = this.element.dataset.url = url;
          this.description.save();
        },
        moved: ({ sent, total, speed, left_s }) => {
          this.bar(sent, total);
          const far = `${size(sent)} of ${size(total)}`;
          if (sent === total) this.say("All sent; the archive is putting it away…");
          else if (this.sending.waiting) return;
          else this.say(Number.isFinite(speed) ? `${far}, ${size(speed)} a second, ${left(left_s)}` : far);
        },
        waits: () => this.say("No connection; it goes on by itself as soon as there is one. What arrived is kept."),
        goes: () => this.say("Going on…"),
        ended: () => this.ended(),
        failed: (problem) => this.failed(problem),
      },
    });
    this.say("Starting…");
    this.show("going");
    this.sending.start();
  }

  pause() {
    this.sending?.pause();
    this.say("Paused. What arrived is kept.");
    this.show("paused");
  }

  async resume() {
    await renewToken().catch(() => {});
    this.enqueue();
  }

  failed({ status, text }) {
    if (status === 404 || status === 410) {
      // It begins anew when it is resumed: what was typed and chosen goes with it again.
      this.url = null;
      delete this.element.dataset.url;
      this.description.sendAnew();
    }
    this.element.dataset.failed = "yes";
    // An answer to HEAD has no words of its own.
    if (status === 401 || status === 403) this.say(`${text ?? "Sign in again."} ${SIGN_IN}`);
    else if (!text && !this.url) this.say(GONE);
    else this.say(text ?? `The server answered ${status}. What arrived is kept; resume when you like.`);
    this.show("failed");
  }

  async ended() {
    this.bar(1, 1);
    this.say("All sent; the archive is putting it away…");
    this.show("done");
    for (;;) {
      const told = await fetch(this.url, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok || answer.status === 404 ? answer.json() : null))
        .catch(() => null);
      if (told?.state === "receiving" || told === null) {
        await new Promise((resolve) => setTimeout(resolve, 2000));
        continue;
      }
      this.became(told);
      return;
    }
  }

  became({ state, url, existing, problem, error: gone }) {
    this.element.dataset.state = state ?? "gone";
    if (state !== "finished") {
      this.say(problem ?? gone ?? "It was not taken.");
      this.element.dataset.failed = "yes";
      this.part("discard").hidden = false;
      return;
    }
    const link = this.part("open");
    link.href = url;
    link.hidden = false;
    this.say(
      existing
        ? "This file is in the archive already: it leads to that recording."
        : "It has arrived and is being prepared. What you change below goes to the recording.",
    );
    const publish = this.fields.elements.namedItem("publish");
    if (publish) publish.disabled = true;
    this.fields.hidden = existing;
    if (existing) this.description.unsaved = {};
    this.description.keep();
    this.description.save();
  }

  async discard() {
    this.sending?.pause();
    if (this.url) {
      const answer = await fetch(this.url, { method: "DELETE", headers: { ...headers(), "Tus-Resumable": "1.0.0" } }).catch(() => null);
      if (!answer || (!answer.ok && answer.status !== 404)) {
        this.say("It could not be discarded just now; try again.");
        return;
      }
    }
    this.description.forget();
    cards.splice(cards.indexOf(this), 1);
    const focus = this.element.nextElementSibling ?? this.element.previousElementSibling;
    this.element.remove();
    (focus?.querySelector("button") ?? chooser).focus();
    next();
  }

  // What several recordings of one event have in common is typed once.
  copyToOthers() {
    let copied = 0;
    for (const other of cards) {
      if (other === this || other.fields.hidden) continue;
      for (const name of ["recorded_on", "language", "collection", "speakers", "subjects"]) {
        const [from, to] = [this.fields.elements.namedItem(name), other.fields.elements.namedItem(name)];
        if (!from.value || to.value) continue;
        to.value = from.value;
        other.description.typed(to);
        copied += 1;
      }
    }
    write(this.part("saved"), copied ? `Copied into ${copied} empty fields of the other files.` : "The other files have no empty fields for it.");
  }
}

// As many at once as are worth it, in the order they were chosen.
function next() {
  const going = cards.filter((card) => card.state === "going").length;
  const waiting = cards.filter((card) => card.state === "queued");
  for (const card of waiting.slice(0, Math.max(AT_ONCE - going, 0))) card.go();
  for (const card of cards) card.part("copy").hidden = cards.length < 2;
}

function whyNot(file) {
  const most = Number(page.dataset.maxBytes);
  const free = Number(page.dataset.freeBytes);
  if (file.size === 0) return `“${file.name}” is empty. Choose the recording itself.`;
  if (file.size > most) return `“${file.name}” is ${size(file.size)}; this archive takes up to ${size(most)}. Export it at a lower quality.`;
  if (file.size > free) return `“${file.name}” is ${size(file.size)}; the archive's disk has ${size(free)} free. Ask the administrator to free some.`;
  return null;
}

function add(files) {
  const problems = [];
  for (const file of files) {
    const known = cards.find((card) => card.element.dataset.fingerprint === fingerprint(file));
    if (known) {
      if (!known.file) known.pickedAgain(file);
      continue;
    }
    const problem = whyNot(file);
    if (problem) {
      problems.push(problem);
      continue;
    }
    const element = template.content.cloneNode(true).firstElementChild;
    Object.assign(element.dataset, { name: file.name, length: file.size, fingerprint: fingerprint(file) });
    write(element.querySelector("[data-part=name]"), file.name);
    write(element.querySelector("[data-part=size]"), size(file.size));
    element.querySelector("[data-part=bar]").setAttribute("aria-label", `Upload of ${file.name}`);
    list.append(element);
    const card = new Card(element, { file });
    cards.push(card);
    card.enqueue();
  }
  complain(problems.join(" "));
}

chooser.addEventListener("change", () => {
  add(chooser.files);
  chooser.value = "";
});
page.addEventListener("dragover", (event) => {
  event.preventDefault();
  page.dataset.over = "yes";
});
for (const name of ["dragleave", "drop"]) page.addEventListener(name, () => delete page.dataset.over);
page.addEventListener("drop", (event) => {
  event.preventDefault();
  add(event.dataTransfer.files);
});
addEventListener("pagehide", () => cards.forEach((card) => card.description.save({ leaving: true })));
for (const element of list.children) cards.push(new Card(element));
next();

// What is typed of one upload, and its captions: sent as it is typed, tried again, and kept in the
// browser until the server has it.
const SAVE_AFTER_MS = 700;
const SAVE_AGAIN_MS = 5000;

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Description {
  // `card` has the upload's `url` once there is one, its `key`, and its `part`s of the page.
  constructor(card, fields, { kept, headers }) {
    [this.card, this.fields, this.kept, this.headers] = [card, fields, kept, headers];
    this.unsaved = {};
    this.saving = {};
    fields.addEventListener("submit", (event) => event.preventDefault());
    fields.addEventListener("input", (event) => this.typed(event.target));
    card.part("captions").addEventListener("change", (event) => this.sendCaptions(event.target));
  }

  forget() {
    [this.unsaved, this.saving] = [{}, {}];
    this.keep();
  }

  // An upload that begins anew knows nothing of what was typed and chosen.
  sendAnew() {
    for (const field of this.fields.elements) if (field.type === "checkbox" ? field.checked : field.value) this.typed(field);
    const captions = this.card.part("captions");
    if (captions.files.length) this.sendCaptions(captions);
  }

  typed(field) {
    if (!field.name || field.type === "file") return;
    this.unsaved[field.name] = field.type === "checkbox" ? (field.checked ? "yes" : "") : field.value;
    this.keep();
    write(this.card.part("saved"), "…");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
  }

  keep() {
    this.kept.keep(this.card.key, { ...this.saving, ...this.unsaved });
  }

  // What was typed before the page was left and had not arrived then.
  putBack() {
    for (const [name, text] of Object.entries(this.kept.of(this.card.key))) {
      const field = this.fields.elements.namedItem(name);
      if (!field) continue;
      if (field.type === "checkbox") field.checked = text === "yes";
      else field.value = text;
      this.typed(field);
    }
  }

  async save({ leaving = false } = {}) {
    clearTimeout(this.timer);
    // What is under way is not overtaken by what was typed later; when the page is left it breaks off.
    const fields = leaving ? { ...this.saving, ...this.unsaved } : this.unsaved;
    if (!this.card.url || !Object.keys(fields).length) return;
    if (!leaving && Object.keys(this.saving).length) {
      this.timer = setTimeout(() => this.save(), SAVE_AFTER_MS);
      return;
    }
    [this.saving, this.unsaved] = [fields, {}];
    const answer = await fetch(`${this.card.url}/draft`, {
      method: "PUT",
      headers: { ...this.headers(), "Content-Type": "application/json" },
      body: JSON.stringify(fields),
      keepalive: leaving,
    }).catch(() => null);
    this.saving = {};
    if (answer?.ok) {
      this.keep();
      const { problem } = await answer.json();
      write(this.card.part("saved"), problem ? `Saved as typed. ${problem}` : "Saved");
      return;
    }
    this.unsaved = { ...fields, ...this.unsaved };
    const refused = answer && answer.status < 500 && (await answer.json().catch(() => null))?.error;
    write(this.card.part("saved"), refused || "Not saved yet; it is tried again.");
    if (!refused) this.timer = setTimeout(() => this.save(), SAVE_AGAIN_MS);
  }

  async sendCaptions(field) {
    const [file] = field.files;
    const told = this.card.part("captions-told");
    const later = (text, after_ms) => {
      write(told, text);
      this.captionsLater = setTimeout(() => this.sendCaptions(field), after_ms);
    };
    clearTimeout(this.captionsLater);
    if (!this.card.url) return later("One moment: the upload has not begun yet.", 1000);
    const answer = await fetch(`${this.card.url}/captions?name=${encodeURIComponent(file?.name ?? "")}`, {
      method: "PUT",
      headers: { ...this.headers(), "Content-Type": "text/plain" },
      body: file ?? "",
    }).catch(() => null);
    if (!answer || answer.status >= 500) return later("Not sent yet; it is tried again.", SAVE_AGAIN_MS);
    const said = await answer.json().catch(() => null);
    if (answer.ok) write(told, file ? `${said.cues} captions from “${file.name}”` : "");
    else {
      write(told, said?.error ?? "They were not sent; choose the file again.");
      field.value = "";
    }
    told.classList.toggle("wrong", !answer.ok);
  }
}

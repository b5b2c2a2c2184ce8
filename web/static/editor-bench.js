// The bench: the one segment that is being changed, with its fields.
import { isDoubtful, textOf } from "./editor-segments.js";
import { normal } from "./editor-words.js";

export class Bench {
  // onChange(item, fields): somebody typed or chose; onLeave: another segment is coming;
  // onChosen(item): it has come, and the player may go there.
  constructor(template, segments, { onChange, onLeave, onChosen }) {
    Object.assign(this, { segments, onChange, onLeave, onChosen });
    this.element = template.content.firstElementChild.cloneNode(true);
    const field = (id) => this.element.querySelector(`#${id}`);
    [this.words, this.who, this.language, this.checked, this.why] = ["words", "who", "language", "checked", "why"].map(field);
    this.active = null;
    this.words.addEventListener("input", () => {
      this.onChange(this.active, { text: this.words.value });
      this.fit();
    });
    this.who.addEventListener("change", () => this.onChange(this.active, { speaker: normal(this.who.value) }));
    this.language.addEventListener("change", () => this.onChange(this.active, { language: this.language.value }));
    this.checked.addEventListener("change", () => this.onChange(this.active, { checked: this.checked.checked }));
  }

  activate(item, { caret = null, seek = true } = {}) {
    if (!item) return;
    if (item !== this.active) this.change(item);
    this.words.focus({ preventScroll: true });
    const place = caret ?? this.words.value.length;
    this.words.setSelectionRange(place, place);
    this.segments.bringIntoView(item);
    if (seek) this.onChosen(item);
  }

  change(item) {
    this.takeSpeaker();
    this.active?.classList.remove("active");
    const before = this.active;
    this.active = null;
    this.onLeave(before);
    this.fill(item);
    this.active = item;
    item.classList.add("active");
    item.append(this.element);
    this.fit();
  }

  // The segment on the bench was written by someone else than its fields.
  refresh(item) {
    if (item === this.active) this.fill(item);
  }

  fill(item) {
    const text = textOf(item);
    if (normal(this.words.value) !== normal(text) || item !== this.active) this.words.value = text;
    this.words.lang = this.segments.tags.get(item.dataset.l) ?? "";
    // Not under the fingers of who types a name while the words before it are being saved.
    if (item !== this.active || document.activeElement !== this.who) this.who.value = item.dataset.w ?? "";
    this.language.value = item.dataset.l;
    this.checked.checked = "c" in item.dataset;
    this.why.hidden = !isDoubtful(item);
    this.why.textContent = this.why.hidden ? "" : `In doubt: ${item.dataset.d}.`;
    this.fit();
  }

  fit() {
    this.words.style.setProperty("block-size", "auto");
    this.words.style.setProperty("block-size", `${this.words.scrollHeight + 4}px`);
  }

  // The name in the field, though nobody left the field yet.
  takeSpeaker() {
    if (this.active && document.activeElement === this.who) this.onChange(this.active, { speaker: normal(this.who.value) });
  }
}

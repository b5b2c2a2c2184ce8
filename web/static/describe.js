// Adds empty rows in place, asks for suggestions while one types, and warns before what was typed
// is left. Without it a button sends the form for more rows, and the boxes offer what is used most.
const WAIT_MS = 250;
const SHORTEST = 2;
const form = document.querySelector("form.describe");
const known = new Map();
let timer;
let asking;

for (const button of form.querySelectorAll("[data-more]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = button.closest("fieldset").querySelector("[data-rows]");
    const row = rows.lastElementChild.cloneNode(true);
    for (const box of row.querySelectorAll("input")) box.value = "";
    for (const choice of row.querySelectorAll("select")) choice.selectedIndex = 0;
    for (const box of row.querySelectorAll("[aria-label]")) {
      box.setAttribute("aria-label", box.getAttribute("aria-label").replace(/\d+$/, rows.children.length + 1));
    }
    rows.append(row);
    row.querySelector("input, select").focus();
  });
}

async function ask(box) {
  const field = box.dataset.suggest;
  const text = box.value.trim();
  if (text.length < SHORTEST) return;
  const key = `${field} ${text}`;
  if (!known.has(key)) {
    asking?.abort();
    asking = new AbortController();
    try {
      const query = new URLSearchParams({ field, q: text });
      const answer = await fetch(`/describe/suggest?${query}`, { signal: asking.signal });
      if (!answer.ok) return;
      known.set(key, (await answer.json()).suggestions);
    } catch {
      return; // typed on, or offline: the box offers what it has
    }
  }
  const offered = known.get(key);
  box.list.replaceChildren(
    ...offered.map(({ value, hint }) => Object.assign(document.createElement("option"), { value, label: hint ? `${value} · ${hint}` : value })),
  );
  // Chosen from the list, or typed out: what else is known of that person is filled in.
  const chosen = field === "people" && offered.filter(({ value }) => value === text);
  if (chosen && chosen.length === 1) {
    const row = box.closest("li");
    for (const name of ["organisation", "orcid"]) {
      const other = row.querySelector(`[name=people-${name}]`);
      if (!other.value) other.value = chosen[0][name];
    }
  }
}

let changed = false;
form.addEventListener("input", (event) => {
  changed = true;
  const box = event.target;
  if (!box.dataset.suggest || navigator.connection?.saveData) return;
  clearTimeout(timer);
  timer = setTimeout(ask, WAIT_MS, box);
});
form.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => changed && event.preventDefault());

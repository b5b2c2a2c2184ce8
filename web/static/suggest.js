// Offers titles, speakers, subjects and terms below the search box while one types: a combobox
// as https://www.w3.org/WAI/ARIA/apg/patterns/combobox/ describes. Without it the box is as it was.
const WAIT_MS = 200;
const SHORTEST = 2;

function prepare(input) {
  const list = Object.assign(document.createElement("ul"), { id: "suggestions", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  input.after(list);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);
  const known = new Map();
  let timer = 0;
  let typed = input.value;
  let asking = null;
  let current = -1;

  function close() {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function show(offered) {
    close();
    list.replaceChildren(...offered.map(([kind, text, query], number) => {
      const option = Object.assign(document.createElement("li"), { id: `suggestion-${number}` });
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.query = query ?? text;
      const name = Object.assign(document.createElement("span"), { textContent: text, dir: "auto" });
      const what = Object.assign(document.createElement("small"), { textContent: kind });
      option.append(name, what);
      return option;
    }));
    list.hidden = !offered.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function mark(number) {
    const options = list.children;
    options[current]?.setAttribute("aria-selected", "false");
    // One place more than there are options: none of them, what was typed.
    current = ((number + 1 + options.length + 1) % (options.length + 1)) - 1;
    const option = options[current];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function choose(option) {
    input.value = typed = option.dataset.query;
    close();
    input.form.requestSubmit();
  }

  async function ask() {
    const text = (typed = input.value).trim();
    asking?.abort();
    if (text.length < SHORTEST) return close();
    if (!known.has(text)) {
      asking = new AbortController();
      try {
        const answer = await fetch(`/api/v1/suggest?q=${encodeURIComponent(text)}`, { signal: asking.signal });
        if (!answer.ok) return;
        known.set(text, (await answer.json()).suggestions);
      } catch {
        return; // typed on, or offline: the box does without
      }
    }
    if (input.value.trim() === text && document.activeElement === input) show(known.get(text));
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT_MS);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return; // choosing among characters
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && !list.hidden) {
      event.preventDefault();
      mark(current + steps[event.key]);
    } else if (event.key === "Enter" && current >= 0) {
      event.preventDefault();
      choose(list.children[current]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", close);
  // Before the box loses the focus, which closes the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  input.form.addEventListener("submit", () => {
    clearTimeout(timer);
    asking?.abort();
  });
}

const input = document.querySelector(".search-box > input[name=q]");
if (input && !navigator.connection?.saveData) prepare(input);

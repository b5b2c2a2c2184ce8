// Keeps the list of one's recordings current while it is seen. An item is put in place of the old
// one only when what it says has changed; else its progress alone moves.
const EVERY_MS = 3000;
const list = document.getElementById("mine-list");

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function renew(fresh) {
  const parts = (root) => [...root.querySelectorAll("[data-part]")].map((one) => one.dataset.part).join();
  const ids = (root) => [...root.querySelectorAll(".own > li")].map((one) => one.id).join();
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li")?.id : null;
  if (parts(fresh) !== parts(list) || ids(fresh) !== ids(list)) {
    list.replaceChildren(...fresh.childNodes);
    if (focused) document.getElementById(focused)?.querySelector("a, button")?.focus();
    return;
  }
  for (const item of fresh.querySelectorAll(".own > li")) {
    const old = document.getElementById(item.id);
    if (old.dataset.state !== item.dataset.state && !old.contains(document.activeElement)) {
      old.replaceWith(item);
      continue;
    }
    const bar = old.querySelector("progress");
    if (bar && item.querySelector("progress")) bar.value = item.querySelector("progress").value;
    write(old.querySelector("[data-left]"), item.querySelector("[data-left]")?.textContent ?? "");
  }
}

for (;;) {
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  if (document.hidden) continue;
  try {
    const answer = await fetch(list.dataset.live);
    if (!answer.ok || answer.redirected) continue;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    renew(page.body);
  } catch {
    // offline for a moment
  }
}

// Giving slides their times: a button takes the player's, and a PDF being read is waited for.
// All of it is an ordinary form without this.
const player = document.getElementById("player");
const form = document.getElementById("times");
const waiting = document.querySelector("[data-waiting]");
let changed = Boolean(document.querySelector("[aria-invalid]"));

function clock(s) {
  const two = (n) => String(n).padStart(2, "0");
  const whole = Math.floor(s);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

if (form && player) {
  for (const button of form.querySelectorAll("[data-take-time]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      form.elements.namedItem(button.dataset.takeTime).value = clock(player.currentTime);
      changed = true;
    });
  }
}
form?.addEventListener("input", () => (changed = true));
form?.addEventListener("submit", () => (changed = false));
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});

async function wait() {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 2000));
    if (document.hidden) continue;
    try {
      const answer = await fetch(waiting.dataset.waiting);
      if (answer.ok && (await answer.json()).state !== "waiting") return location.reload();
    } catch {
      continue; // offline for a moment
    }
  }
}
if (waiting) wait();

// Pages that change recordings beside a player: times are taken from it, and it plays what a link
// names. All of it works as forms and links without this.
const player = document.getElementById("player");
let stopAt = Infinity; // in seconds

function clock(s) {
  const two = (n) => String(n).padStart(2, "0");
  const whole = Math.floor(s);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

// A page about several recordings has one player, which takes what is asked for.
function load(media) {
  player.closest("[hidden]")?.removeAttribute("hidden");
  if (player.getAttribute("src") !== media) player.src = media;
}

if (player) {
  for (const button of document.querySelectorAll("[data-take-time]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = button.form.elements.namedItem(button.dataset.takeTime);
      // Tenths where a stretch is cut, whole seconds where a chapter begins.
      const tenths = Math.floor((player.currentTime % 1) * 10);
      field.value = clock(player.currentTime) + ("tenths" in button.dataset ? `.${tenths}` : "");
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
  document.addEventListener("click", (event) => {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    const link = event.target.closest("a[data-ms]");
    if (!link) return;
    event.preventDefault();
    if (link.dataset.media) load(link.dataset.media);
    stopAt = link.dataset.end ? Number(link.dataset.end) / 1000 : Infinity;
    player.currentTime = Number(link.dataset.ms) / 1000;
    player.play()?.catch(() => {}); // refused until someone has touched the player
  });
  player.addEventListener("timeupdate", () => {
    if (player.currentTime < stopAt) return;
    stopAt = Infinity;
    player.pause();
  });
}

// A box that chooses all others of its form.
for (const all of document.querySelectorAll("[data-all]")) {
  const boxes = () => [...all.form.querySelectorAll(`input[type=checkbox][name="${all.dataset.all}"]`)];
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
}

// Words are chosen by drawing over them, as text is.
const words = document.querySelector("[data-choose-words]");
if (words) {
  const boxes = [...words.querySelectorAll("input[type=checkbox]")];
  let last = null;
  words.addEventListener("click", (event) => {
    const box = event.target.closest("label")?.querySelector("input");
    if (!box || !event.shiftKey || last === null || event.target === box) return;
    event.preventDefault();
    const at = boxes.indexOf(box);
    for (const one of boxes.slice(Math.min(last, at), Math.max(last, at) + 1)) one.checked = true;
  });
  words.addEventListener("change", (event) => {
    last = boxes.indexOf(event.target);
  });
  document.addEventListener("mouseup", () => {
    const drawn = getSelection();
    if (drawn.isCollapsed || !words.contains(drawn.anchorNode) || !words.contains(drawn.focusNode)) return;
    for (const box of boxes) {
      if (drawn.containsNode(box.parentElement, true)) box.checked = true;
    }
    drawn.removeAllRanges();
  });
}

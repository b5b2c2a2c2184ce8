// The watch page: seeks without loading anew, lights the spoken sentence, follows it.
// All of it works as links without this.
const player = document.getElementById("player");
const follow = document.getElementById("follow");
const copy = document.getElementById("copy");
const transcript = document.getElementById("transcript");
const strip = document.getElementById("slides");
const slides = strip ? [...strip.querySelectorAll("a")] : [];
const slideStarts = slides.map((link) => Number(link.dataset.ms));
let sentences = [];
let starts = [];
const matches = [...document.querySelectorAll("[data-match]")];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let spoken = transcript?.querySelector("p [aria-current]") ?? null;
let shown = slides.find((link) => link.hasAttribute("aria-current")) ?? null;
const chapters = [...document.querySelectorAll("#chapters a")];
const chapterStarts = chapters.map((link) => Number(link.dataset.ms));
// The range of the session; the file has more before and after it.
const first = Number(player.dataset.from || 0);
const last = Number(player.dataset.until || Infinity);
let stopAt = Infinity; // where a sentence that is checked ends, in seconds

function readSentences() {
  sentences = transcript ? [...transcript.querySelectorAll("p a[data-ms]:not(.check)")] : [];
  starts = sentences.map((link) => Number(link.dataset.ms));
}

function seconds(ms) {
  return String(Math.round(ms) / 1000);
}

function clock(s) {
  const whole = Math.floor(s);
  const two = (n) => String(n).padStart(2, "0");
  const minutes = Math.floor(whole / 60) % 60;
  const hours = Math.floor(whole / 3600);
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

function addressOf(ms) {
  const address = new URL(location.href);
  address.searchParams.set("t", seconds(ms));
  address.searchParams.delete("end");
  address.hash = "";
  return address.href;
}

function seek(ms, endMs) {
  stopAt = endMs ? endMs / 1000 : Infinity;
  player.currentTime = ms / 1000;
  player.play()?.catch(() => {}); // refused until the reader has touched the player
  history.replaceState(null, "", addressOf(ms));
  light();
}

// The last of `values` (in order) that is not after `at`; -1 when all are.
function lastUpTo(values, at) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function light() {
  const now = player.currentTime * 1000;
  const next = sentences[lastUpTo(starts, now + 50)] ?? null;
  if (next !== spoken) {
    spoken?.removeAttribute("aria-current");
    next?.setAttribute("aria-current", "true");
    spoken = next;
    if (isFollowing()) bringIntoView(spoken);
  }
  lightSlide(now + 50);
  lightChapter(now + 50);
  const at = document.querySelector("[data-now]");
  if (at) at.textContent = clock(player.currentTime);
}

function lightSlide(now) {
  const next = slides[lastUpTo(slideStarts, now)] ?? null;
  const over = next?.dataset.until && now >= Number(next.dataset.until);
  const current = over ? null : next;
  if (current === shown) return;
  shown?.removeAttribute("aria-current");
  current?.setAttribute("aria-current", "true");
  shown = current;
  showSlide();
  // Not from under a finger, a pointer or the focus.
  if (shown && !strip.matches(":hover, :focus-within")) bringSlideIntoView();
}

function lightChapter(now) {
  const current = chapters[lastUpTo(chapterStarts, now)];
  if (current?.hasAttribute("aria-current")) return;
  for (const link of chapters) link.removeAttribute("aria-current");
  current?.setAttribute("aria-current", "true");
}

function bringSlideIntoView() {
  const box = shown.getBoundingClientRect();
  const frame = strip.getBoundingClientRect();
  if (box.left >= frame.left && box.right <= frame.right) return;
  strip.scrollBy({ left: box.left + box.width / 2 - frame.left - frame.width / 2, behavior: calm.matches ? "auto" : "smooth" });
}

// The slide of this moment in full; its picture travels only when that is open.
function showSlide() {
  const full = document.getElementById("slide-now");
  full.hidden = !shown;
  if (!shown) return;
  const image = shown.querySelector("img");
  const address = image.src.replace("-small.webp", ".jpg");
  const picture = full.querySelector("[data-slide-picture]");
  picture.href = address;
  picture.querySelector("img").src = address;
  full.querySelector("[data-slide-time]").textContent = shown.querySelector("time").textContent;
  const text = full.querySelector("[data-slide-text]");
  const lines = "wordless" in image.dataset ? [text.dataset.slideText] : image.alt.split("\n");
  text.replaceChildren(
    ...lines.map((line) => Object.assign(document.createElement("p"), { textContent: line, dir: "auto" })),
  );
}

// Beside the player the words scroll alone; below it the page does.
function bringIntoView(element) {
  if (!element) return;
  const words = document.querySelector(".words");
  const behavior = calm.matches ? "auto" : "smooth";
  if (words.scrollHeight > words.clientHeight && getComputedStyle(words).overflowY === "auto") {
    const box = element.getBoundingClientRect();
    const frame = words.getBoundingClientRect();
    words.scrollBy({ top: box.top - frame.top - words.clientHeight / 2.5, behavior });
  } else {
    element.scrollIntoView({ block: "center", behavior });
  }
}

// Scrolls only when the spoken sentence is out of sight: the title stays where it can.
function showSpoken() {
  if (!spoken) return;
  const bottomOf = (name) => document.querySelector(name)?.getBoundingClientRect().bottom ?? 0;
  const beside = matchMedia("(min-width: 60rem)").matches;
  const top = Math.max(bottomOf(beside ? ".finder" : ".stage"), 0);
  const box = spoken.getBoundingClientRect();
  if (box.top < top || box.bottom > Math.min(innerHeight, bottomOf(".words"))) bringIntoView(spoken);
}

function isFollowing() {
  return follow?.getAttribute("aria-pressed") === "true";
}

function setFollowing(on) {
  follow?.setAttribute("aria-pressed", String(on));
  if (on) bringIntoView(spoken);
}

function step(direction) {
  const now = player.currentTime * 1000;
  const times = matches.map((link) => Number(link.dataset.ms));
  const at = direction > 0 ? lastUpTo(times, now + 250) + 1 : lastUpTo(times, now - 1500);
  const match = matches[Math.min(Math.max(at, 0), matches.length - 1)];
  if (!match) return;
  for (const link of matches) link.removeAttribute("aria-current");
  match.setAttribute("aria-current", "true");
  seek(Number(match.dataset.ms));
  bringIntoView(spoken);
}

document.addEventListener("click", (event) => {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest("a[data-ms], a[data-step]");
  if (!link) return;
  event.preventDefault();
  if (link.dataset.step) step(link.dataset.step === "next" ? 1 : -1);
  else {
    seek(Number(link.dataset.ms), Number(link.dataset.end));
    if (transcript?.contains(link)) return;
    if (!strip?.contains(link) || isFollowing()) bringIntoView(spoken);
  }
});

if (transcript && follow) {
  follow.hidden = false;
  follow.addEventListener("click", () => setFollowing(!isFollowing()));
  // Whoever scrolls wants to read elsewhere.
  for (const kind of ["wheel", "touchmove"]) {
    addEventListener(kind, () => setFollowing(false), { passive: true });
  }
  addEventListener("keydown", (event) => {
    if (["PageUp", "PageDown", "Home", "End", "ArrowUp", "ArrowDown"].includes(event.key) && !player.contains(event.target)) {
      setFollowing(false);
    }
  });
  player.addEventListener("play", () => {
    if (!player.dataset.played && !calm.matches) setFollowing(true);
    player.dataset.played = "yes";
  });
}

if (copy) {
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    const address = addressOf(Math.floor(player.currentTime) * 1000);
    const said = document.getElementById("copied");
    try {
      await navigator.clipboard.writeText(address);
      said.textContent = "Copied";
    } catch {
      // No clipboard without https: the address bar can be copied from.
      history.replaceState(null, "", address);
      said.textContent = "It is in the address bar";
    }
  });
}

player.addEventListener("timeupdate", () => {
  light();
  if (player.currentTime >= last && !player.paused) player.pause();
  if (player.currentTime < stopAt) return;
  stopAt = Infinity;
  player.pause();
});
player.addEventListener("seeked", light);
player.addEventListener("seeking", () => {
  if (player.currentTime < first - 0.25) player.currentTime = first;
  if (player.currentTime > last + 0.25) player.currentTime = last;
  // Whoever seeks elsewhere while a sentence is checked goes on from there.
  if (player.currentTime > stopAt) stopAt = Infinity;
});
document.addEventListener("transcript-grew", () => {
  readSentences();
  spoken = transcript?.querySelector("p [aria-current]") ?? null;
  light();
});
readSentences();
if (shown) bringSlideIntoView();

// Where the browser did not take the #t= of the address, and for a page opened at a moment.
const start = player.dataset.start ? Number(player.dataset.start) : first;
if (player.dataset.start || first) {
  const place = () => {
    if (Math.abs(player.currentTime - start) > 0.25) player.currentTime = start;
    light();
  };
  if (player.readyState >= 1) place();
  else player.addEventListener("loadedmetadata", place, { once: true });
  if (!location.hash && player.dataset.start) showSpoken();
}

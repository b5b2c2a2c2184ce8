// The player beside the editor: what is spoken is lit, and player and text follow each other.
const LEAST_SPEED = 0.5;
const MOST_SPEED = 2;
const BACK_S = 2;
const EARLY_MS = 50; // a moment sought may be reached a little before it

export class Listening {
  // player: null where there is nothing to play; follow: the box that lets them follow each other;
  // onStopped(item): somebody stopped to correct what was just said.
  constructor(player, segments, { follow, onStopped }) {
    Object.assign(this, { player, segments, follow, onStopped });
    this.spoken = null;
    this.typed = false; // since the player was started
    if (!player) return;
    player.addEventListener("timeupdate", () => this.light());
    player.addEventListener("seeked", () => this.light());
    player.addEventListener("play", () => (this.typed = false));
  }

  light() {
    const next = this.segments.at(this.player.currentTime * 1000 + EARLY_MS);
    if (next === this.spoken) return;
    this.spoken?.removeAttribute("aria-current");
    next?.setAttribute("aria-current", "true");
    this.spoken = next;
    if (next && this.follow.checked && !this.player.paused && !this.typed) this.segments.bringIntoView(next);
  }

  toggle() {
    if (!this.player) return;
    if (this.player.paused) {
      this.typed = false;
      this.player.play()?.catch(() => {});
      return;
    }
    this.player.pause();
    // Whoever stops has heard something: the words just said are on the bench.
    if (this.follow.checked && !this.typed) this.onStopped(this.segments.at(this.player.currentTime * 1000));
  }

  back() {
    if (this.player) this.player.currentTime = Math.max(this.player.currentTime - BACK_S, 0);
  }

  setSpeed(step) {
    if (!this.player) return;
    this.player.playbackRate = Math.min(Math.max(Math.round((this.player.playbackRate + step) * 100) / 100, LEAST_SPEED), MOST_SPEED);
    document.getElementById("speed").textContent = `${this.player.playbackRate}×`;
  }

  // To a segment, unless it is being heard already.
  goTo(item) {
    if (!this.player || !this.follow.checked) return;
    const now = this.player.currentTime * 1000;
    if (now < Number(item.dataset.s) - EARLY_MS || now >= Number(item.dataset.e)) this.player.currentTime = Number(item.dataset.s) / 1000;
  }
}
